import type { AggregatedApiServer } from '../../lab/apiserver/aggregated/start.ts';
import type { Switches } from '../../lab/apiserver/aggregated/switches.ts';
import type { ApiServer } from '../../lab/apiserver/apiserver.ts';
import type { KubeadmFacts } from '../../lab/apiserver/kubeadm-config.ts';
import { startAggregatedCore } from './aggregated.ts';
import { takeApiServer } from './api-servers.ts';
import { ownAddress } from './own-address.ts';

/** A central cluster's API server. `switches`: its core kinds come from an aggregated API that begins so; absent: from definitions in it. */
export async function takeCentral(facts: KubeadmFacts, switches?: Partial<Switches>): Promise<ApiServer | AggregatedApiServer> {
  if (switches === undefined) return await takeApiServer(facts);
  const address = await ownAddress();
  const server = await startAggregatedCore({ ...facts, address: address.address, audit: true, switches });
  const stop = async () => {
    await server.stop();
    await address[Symbol.asyncDispose]();
  };
  return { ...server, stop, [Symbol.asyncDispose]: stop };
}
