import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { askIfReachable } from '../administrator.ts';
import { type ApiServer, type ApiServerOptions, startApiServer } from '../apiserver.ts';
import { startFilter } from './filter.ts';
import { frontProxy } from './front-proxy.ts';
import { define, register, SERVED_AS } from './register.ts';
import { type SecondServer, startSecondServer } from './second-server.ts';
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
  readonly behind: SecondServer;
}

/** Starts both with the filter between them, and returns when the first one serves the groups. Throws with the last lines of a log. */
export async function startAggregatedApiServer(options: AggregatedOptions): Promise<AggregatedApiServer> {
  const { definitions, switches: beginning, ...first } = options;
  const switches: Switches = { ...ALL_SERVED };
  await using parts = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), `cn2-fleet-api-${options.name}-proxy-`));
  parts.defer(() => rm(folder, { recursive: true, force: true }));
  const proxy = await frontProxy(folder);
  const server = parts.use(await startApiServer({ ...first, flags: [...(first.flags ?? []), ...proxy.believe, ...proxy.ask] }));
  const behind = parts.use(await startSecondServer(server, proxy));
  await define(behind.url, definitions);
  const filter = parts.use(
    await startFilter({
      address: '127.0.0.1',
      serving: proxy.authority.issue({ name: SERVED_AS, servedAs: [SERVED_AS] }),
      clientAuthority: proxy.authority.certificate,
      behind: { url: behind.url, authority: behind.authority, identity: proxy.identity },
      switches,
      namespace: (name) => namespaceState(server.url, name),
    }),
  );
  await register(server.url, definitions, filter.port, proxy.authority.certificate);
  const set = (changes: Partial<Switches>) => {
    Object.assign(switches, changes);
    if (switches.down) filter.cut();
  };
  set(beginning ?? {});
  const all = parts.move();
  const stop = () => all.disposeAsync();
  return { ...server, switches, set, behind, stop, [Symbol.asyncDispose]: stop };
}

async function namespaceState(url: string, name: string): Promise<'there' | 'leaving' | 'absent'> {
  const answer = await askIfReachable(`${url}/api/v1/namespaces/${name}`);
  if (answer?.ok !== true) return 'absent';
  const { metadata } = JSON.parse(answer.text) as KubernetesObject;
  return metadata.deletionTimestamp === undefined ? 'there' : 'leaving';
}
