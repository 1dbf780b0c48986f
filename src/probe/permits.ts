import { type Right, rightWords } from '../doctor/rights.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { KnownMeans } from './chosen-shell.ts';
import type { Probe } from './probes.ts';

/** The rights of these that the identity lacks; undefined where the server does not tell. Never throws. */
export type AskRights = (cluster: Cluster, rights: readonly Right[]) => Promise<readonly Right[] | undefined>;

/** What a cluster lets the smoke test do, asked before anything is made. */
export interface Permits {
  /** Why nothing may be made in a namespace. */
  refused: ReadonlyMap<string, string>;
  means: KnownMeans;
}

/** For a server that does not tell: what it refuses is then said by what is tried. */
export const UNASKED: Permits = { refused: new Map(), means: { means: 'exec' } };

const right = (verb: string, resource: string, subresource?: string): Right => ({
  verb,
  group: '',
  resource,
  ...(subresource === undefined ? {} : { subresource }),
});

/** Pods are followed by one watch over all namespaces. */
const EVERYWHERE = [right('list', 'pods'), right('watch', 'pods')];
/** What cannot be deleted is not made. */
const IN_EACH = [right('create', 'pods'), right('delete', 'pods')];
const PASSED_ON = [right('create', 'secrets'), right('delete', 'secrets')];
/** Servers since Kubernetes 1.35 ask for create as well: what they refuse is told by the first exec. */
const EXEC = right('get', 'pods', 'exec');
const LOGS = right('get', 'pods', 'log');

export interface PermitsInput {
  clusters: ReadonlyMap<string, Cluster>;
  /** By cluster name. */
  images: ReadonlyMap<string, { pullSecret?: string }>;
  ask: AskRights;
}

/** What each cluster of these probes allows there; a cluster without a connection has no entry. */
export async function permitsByCluster(
  { clusters, images, ask }: PermitsInput,
  probes: readonly Probe[],
): Promise<Map<string, Permits>> {
  const asked = [...Map.groupBy(probes, ({ cluster }) => cluster)].map(async ([name, own]): Promise<[string, Permits][]> => {
    const cluster = clusters.get(name);
    const passesSecret = images.get(name)?.pullSecret !== undefined;
    return cluster === undefined ? [] : [[name, await permitsOf(cluster, own, { passesSecret, ask })]];
  });
  return new Map((await Promise.all(asked)).flat());
}

/** A server that does not tell is asked no more. */
async function permitsOf(
  cluster: Cluster,
  probes: readonly Probe[],
  { passesSecret, ask }: { passesSecret: boolean; ask: AskRights },
): Promise<Permits> {
  const namespaces = [...new Set(probes.map((probe) => probe.namespace))].sort();
  const inEach = [...IN_EACH, ...(passesSecret ? PASSED_ON : []), EXEC, LOGS];
  const wide = await ask(cluster, [...EVERYWHERE, ...inEach]);
  if (wide === undefined) return UNASKED;
  const lacking = inEach.filter((each) => wide.includes(each));
  const narrow = lacking.flatMap((each) => namespaces.map((namespace): Right => ({ ...each, namespace })));
  const missing = narrow.length === 0 ? [] : await ask(cluster, narrow);
  if (missing === undefined) return UNASKED;
  return judge(
    cluster.name,
    namespaces,
    EVERYWHERE.filter((each) => wide.includes(each)),
    missing,
  );
}

function judge(cluster: string, namespaces: readonly string[], everywhere: readonly Right[], narrow: readonly Right[]): Permits {
  const exec = narrow.filter(({ subresource }) => subresource === 'exec');
  const logs = narrow.filter(({ subresource }) => subresource === 'log');
  const neither = exec.length > 0 && logs.length > 0 ? [...exec, ...logs] : [];
  const others = narrow.filter(({ subresource }) => subresource === undefined);
  const needed = [...everywhere, ...others, ...neither];
  const reason = `${cluster}: nothing was made, as the credential may not ${words(needed)}`;
  const concerned = (namespace: string) =>
    everywhere.length + neither.length > 0 || others.some((each) => each.namespace === namespace);
  return {
    refused: new Map(namespaces.filter(concerned).map((namespace) => [namespace, reason])),
    means: {
      means: exec.length > 0 && logs.length === 0 ? 'logs' : 'exec',
      ...(exec.length > 0 ? { reason: `the credential may not ${words(exec)}` } : {}),
      ...(logs.length > 0 ? { without: `the credential may not ${words(logs)} either` } : {}),
    },
  };
}

function words(rights: readonly Right[]): string {
  return rightWords(rights).join('; ');
}
