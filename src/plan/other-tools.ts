import type { Finding } from '../model/finding.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { LiveCluster } from '../model/live.ts';
import type { Desired } from '../model/manifest.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { seenObject } from './live-objects.ts';

/** How deployment tools mark what they write repeatedly: by key of a label or annotation, after their own documentation. */
const MARKS: readonly { tool: string; at: 'labels' | 'annotations'; key: string }[] = [
  { tool: 'Argo CD', at: 'annotations', key: 'argocd.argoproj.io/tracking-id' },
  { tool: 'Argo CD', at: 'labels', key: 'argocd.argoproj.io/instance' },
  { tool: 'Flux', at: 'labels', key: 'kustomize.toolkit.fluxcd.io/name' },
  { tool: 'Flux', at: 'labels', key: 'helm.toolkit.fluxcd.io/name' },
  { tool: 'Helm', at: 'annotations', key: 'meta.helm.sh/release-name' },
];
/** Objects that are named; the rest is counted. */
const MOST_NAMED = 3;

/**
 * A warning for each other deployment tool that marks objects of the fleet on a cluster as its own: both would write them, each undoing
 * the other. `own`: what the cluster is to have.
 */
export function sharedFindings(cluster: LiveCluster, own: readonly Desired[]): Finding[] {
  const found = new Map<string, { key: string; titles: string[] }>();
  for (const { object } of own) {
    const live = seenObject(cluster, refOf(object));
    const mark = live === undefined ? undefined : markOn(live, object);
    if (live === undefined || mark === undefined) continue;
    const { titles } = found.get(mark.tool) ?? found.set(mark.tool, { key: mark.key, titles: [] }).get(mark.tool)!;
    titles.push(objectTitle(refOf(live)));
  }
  return [...found].map(([tool, { key, titles }]) => {
    const more = titles.length > MOST_NAMED ? ` and ${titles.length - MOST_NAMED} more` : '';
    return {
      rule: 'shared',
      severity: 'warning',
      cluster: cluster.name,
      message: `${cluster.name}: ${tool} deploys what this fleet declares (${key} on ${titles.slice(0, MOST_NAMED).join(', ')}${more}): each undoes what the other writes`,
      remedy: `Let one of the two have these objects: take them out of ${tool}, without deleting them there, or out of the declaration.`,
    };
  });
}

/** A mark that the fleet does not declare itself. */
function markOn({ metadata }: KubernetesObject, declared: KubernetesObject): (typeof MARKS)[number] | undefined {
  return MARKS.find(({ at, key }) => Object.hasOwn(metadata[at] ?? {}, key) && !Object.hasOwn(declared.metadata[at] ?? {}, key));
}
