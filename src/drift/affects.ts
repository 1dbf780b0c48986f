import { breakage } from '../diagnosis/affected.ts';
import type { DriftChange, DriftDocument } from '../model/drift.ts';
import type { Fleet } from '../model/fleet.ts';
import type { LiveState } from '../model/live.ts';
import { refOfEntry } from '../model/object-ref.ts';
import type { DiagnosedPath } from '../model/smoke.ts';
import { liveCluster, seenObject } from '../plan/live-objects.ts';

/** Kinds by which declared paths are there. */
const KINDS: ReadonlySet<string> = new Set(['Namespace', 'Subnet', 'VirtualNetwork', 'VirtualNetworkRouter']);

/** The same, with the declared paths that each object which strayed breaks: told by the objects, without a packet. */
export function withAffects(fleet: Fleet, document: DriftDocument, live: LiveState): DriftDocument {
  const mayBreak = ({ kind, kindOfDrift }: DriftChange) => KINDS.has(kind) && kindOfDrift !== 'added';
  if (!document.clusters.some(({ changes }) => changes.some(mayBreak))) return document;
  const broken = breakage(fleet);
  const pathsOf = (cluster: string, change: DriftChange): DiagnosedPath[] => {
    const seen = liveCluster(live, cluster);
    if (!mayBreak(change) || seen === undefined) return [];
    const { kind, namespace, name, kindOfDrift } = change;
    const object = kindOfDrift === 'gone' ? undefined : seenObject(seen, refOfEntry(change));
    // What is there and was not seen says nothing.
    return kindOfDrift !== 'gone' && object === undefined ? [] : broken({ cluster, kind, namespace, name, live: object });
  };
  const clusters = document.clusters.map((cluster) => ({
    ...cluster,
    changes: cluster.changes.map((change) => {
      const affects = pathsOf(cluster.name, change);
      return affects.length === 0 ? change : { ...change, affects };
    }),
  }));
  return { ...document, clusters };
}
