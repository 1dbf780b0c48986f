import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { define } from '../../apiserver/aggregated/define.ts';
import { startFilter } from '../../apiserver/aggregated/filter.ts';
import { frontProxyIdentity } from '../../apiserver/aggregated/front-proxy.ts';
import { namespaceState } from '../../apiserver/aggregated/namespace-state.ts';
import { CORE_API, register, SERVED_AS } from '../../apiserver/aggregated/register.ts';
import { ALL_SERVED, type Switches } from '../../apiserver/aggregated/switches.ts';
import { certificateAuthority } from '../../apiserver/certificate-authority.ts';
import { OWN_CERTIFICATE } from '../../apiserver/server-flags.ts';
import { KubeClient } from '../control/client.ts';
import { inCluster } from '../control/connection.ts';
import { CONFIG_MAP } from '../control/kinds.ts';
import { definitionsIn } from '../control/objects.ts';
import { followSwitches } from './follow-switches.ts';
import { CORE_API_PORTS, CORE_KINDS, SHARED, SHARED_FILES } from './place.ts';
import { validUntil } from './write-files.ts';

const POLL_MS = 100;
/** The port of the Service; the filter's is one of the node. */
const SERVICE_PORT = 443;

export interface CoreApiOptions {
  /** Port of the node that the filter listens on. */
  port: number;
  signal: AbortSignal;
  log: (line: string) => void;
}

/**
 * What makes a kube-apiserver in the same pod the API of the core kinds: waits for it, gives it their definitions, listens in front of
 * it and registers it with the cluster's own API server; then does what the switches say until the signal aborts. It listens no
 * sooner than the kinds are served: that is what its readiness is read from.
 */
export async function serveCoreApi({ port, signal, log }: CoreApiOptions): Promise<void> {
  using first = new KubeClient(inCluster());
  const url = `https://127.0.0.1:${CORE_API_PORTS.server}`;
  const authority = await readyServer(url, signal);
  const token = await readFile(SHARED_FILES.token, 'utf8');
  using behind = new KubeClient({ server: url, authority, token: () => token });
  const definitions = await coreDefinitions();
  await define(behind, definitions);
  log(`${definitions.length} core kinds are served`);
  const switches: Switches = { ...ALL_SERVED };
  const serving = certificateAuthority('core-kinds', validUntil());
  await using filter = await startFilter({
    port,
    serving: serving.issue({ name: SERVED_AS, servedAs: [SERVED_AS] }),
    clientAuthority: await frontProxyAuthority(first),
    behind: { url, authority, identity: await frontProxyIdentity(SHARED) },
    switches,
    namespace: (name) => namespaceState(first, name),
  });
  const service = { selector: { app: CORE_API.name }, ports: [{ port: SERVICE_PORT, targetPort: port, protocol: 'TCP' }] };
  await register(first, definitions, { service, port: SERVICE_PORT, authority: serving.certificate });
  log('the core kinds are registered');
  const set = (changes: Switches) => {
    Object.assign(switches, changes);
    if (switches.down) filter.cut();
  };
  await followSwitches({ first, set, signal, log });
}

/** Waits until the server in this pod is ready; the PEM by which its certificate is known, which it makes while it starts. */
async function readyServer(url: string, signal: AbortSignal): Promise<string> {
  for (;;) {
    try {
      const authority = await readFile(join(SHARED_FILES.certificates, OWN_CERTIFICATE), 'utf8');
      using client = new KubeClient({ server: url, authority });
      await client.text('GET', '/readyz');
      return authority;
    } catch {
      // Not there yet, or not ready yet; the kubelet tells of one that ends.
      await sleep(POLL_MS, undefined, { signal });
    }
  }
}

/** Who signs the certificates with which the cluster's own API server asks others in the name of its users. */
async function frontProxyAuthority(first: KubeClient): Promise<string> {
  const name = 'extension-apiserver-authentication';
  const found = await first.get(CONFIG_MAP, 'kube-system', name);
  const authority = (found?.data as Record<string, string> | undefined)?.['requestheader-client-ca-file'];
  if (authority === undefined) throw new Error(`ConfigMap kube-system/${name} names no front proxy`);
  return authority;
}

async function coreDefinitions(): Promise<KubernetesObject[]> {
  const names = await readdir(`/${CORE_KINDS}`);
  const texts = await Promise.all(names.map(async (name) => [name, await readFile(`/${CORE_KINDS}/${name}`, 'utf8')]));
  return definitionsIn(Object.fromEntries(texts) as Record<string, string>);
}
