import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { KubeClient } from '../../cn2/control/client.ts';
import { connectionOf } from '../../cn2/control/connection.ts';
import { type ApiServer, type ApiServerOptions, startApiServer } from '../apiserver.ts';
import type { ServerProcess } from '../server-process.ts';
import { define } from './define.ts';
import { startFilter } from './filter.ts';
import { asking, believing, frontProxy } from './front-proxy.ts';
import { namespaceState } from './namespace-state.ts';
import { register, SERVED_AS } from './register.ts';
import { startSecondServer } from './second-server.ts';
import { ALL_SERVED, type Switches } from './switches.ts';

export interface AggregatedOptions extends ApiServerOptions {
  /** CustomResourceDefinitions of the groups that the API server behind serves. */
  definitions: readonly KubernetesObject[];
  /** How it begins; default: everything is served. */
  switches?: Partial<Switches>;
}

/** An API server some groups of which are served by another one behind it, as CN2's core kinds are. */
export interface AggregatedApiServer extends ApiServer {
  /** How the API behind behaves now. */
  readonly switches: Readonly<Switches>;
  /** Changes that; `down: true` also cuts what is open. */
  set(changes: Partial<Switches>): void;
  /** The API server behind, for what goes past the first one and the filter. */
  readonly behind: ServerProcess;
}

/** Starts both with the filter between them, and returns when the first one serves the groups. Throws with the last lines of a log. */
export async function startAggregatedApiServer(options: AggregatedOptions): Promise<AggregatedApiServer> {
  const { definitions, switches: beginning, ...first } = options;
  const switches: Switches = { ...ALL_SERVED };
  await using parts = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), `cn2-fleet-api-${options.name}-proxy-`));
  parts.defer(() => rm(folder, { recursive: true, force: true }));
  const proxy = await frontProxy(folder);
  const flags = [...(first.flags ?? []), ...believing(folder), ...asking(folder)];
  const server = parts.use(await startApiServer({ ...first, flags }));
  const behind = parts.use(await startSecondServer(server, folder));
  const client = parts.use(new KubeClient(connectionOf(server.kubeconfig)));
  using direct = new KubeClient(connectionOf(behind.kubeconfig));
  await define(direct, definitions);
  const filter = parts.use(
    await startFilter({
      address: '127.0.0.1',
      serving: proxy.authority.issue({ name: SERVED_AS, servedAs: [SERVED_AS] }),
      clientAuthority: proxy.authority.certificate,
      behind: { url: behind.url, authority: behind.authority, identity: proxy.identity },
      switches,
      namespace: (name) => namespaceState(client, name),
    }),
  );
  // The Service names this host: so nothing needs an address besides loopback, and nothing has to be routed.
  const service = { type: 'ExternalName', externalName: 'localhost', ports: [{ port: filter.port, protocol: 'TCP' }] };
  await register(client, definitions, { service, port: filter.port, authority: proxy.authority.certificate });
  const set = (changes: Partial<Switches>) => {
    Object.assign(switches, changes);
    if (switches.down) filter.cut();
  };
  set(beginning ?? {});
  const all = parts.move();
  const stop = () => all.disposeAsync();
  return { ...server, switches, set, behind, stop, [Symbol.asyncDispose]: stop };
}
