import type { DriftChange, DriftCluster, DriftDocument } from '../model/drift.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import { objectTitle } from '../model/object-ref.ts';
import { present } from '../model/present.ts';
import { byWriter, foreignTexts, timeTexts } from '../report/drift-groups.ts';
import {
  affectsText,
  DRIFT_SIGN,
  driftCounts,
  driftSentence,
  driftTitle,
  driftWord,
  upgradeUnderWayText,
} from '../report/drift-words.ts';
import { bySeverity } from '../report/findings-order.ts';
import { EMULATED_NOTE } from '../report/words.ts';
import { changeView, kindsOf } from './change-view.ts';
import type { ChangeView, ClusterView, PageData, PageTopology, Tone } from './page-data.ts';
import { drawnTopology } from './topology.ts';

const LEGEND: PageTopology['legend'] = { deleted: 'is gone', changed: 'differs', created: 'was not approved' };

type FoundDrift = DriftDocument & { findings: readonly Finding[] };

/** The page of a look for drift: the fleet with what has moved, then each cluster, by who moved it. */
export function driftPage(document: FoundDrift, fleet: Fleet | undefined, version: string): PageData {
  const clusters = document.clusters.map(clusterView);
  return {
    title: driftTitle(document, (name) => name),
    verdict: { tone: toneOf(document), sentence: driftSentence({ ...document, findings: document.findings }) },
    ...present({ emulated: document.emulated === true ? EMULATED_NOTE : undefined }),
    notes: [],
    findings: bySeverity(document.findings),
    ...present({ topology: fleet && drawnTopology({ fleet, plan: document, legend: LEGEND, of: 'drift' }) }),
    changes: { clusters, columns: { before: 'live', after: 'approved' }, kinds: kindsOf(clusters) },
    version,
  };
}

function toneOf({ clusters, complete, findings }: FoundDrift): Tone {
  if (clusters.some(({ changes }) => changes.some(({ awaitingApply }) => awaitingApply !== true))) return 'bad';
  if (findings.some(({ severity }) => severity === 'error')) return 'bad';
  if (!complete) return 'unknown';
  return clusters.some(({ changes }) => changes.length > 0) ? 'warn' : 'good';
}

function clusterView(cluster: DriftCluster): ClusterView {
  const known = cluster.status === 'known';
  const upgrade = upgradeUnderWayText(cluster);
  const last = cluster.lastGoodLook === undefined ? '' : `; judged last at ${cluster.lastGoodLook}`;
  return {
    name: cluster.name,
    role: cluster.role,
    state: known ? driftCounts(cluster.changes) : `not judged: ${cluster.reason ?? 'it was not looked at'}${last}`,
    tone: !known ? 'unknown' : cluster.changes.length > 0 ? 'bad' : 'good',
    groups: byWriter(cluster.changes).map(({ who, changes }) => ({
      heading: who,
      changes: changes.map((change) => driftedChange(cluster, change)),
    })),
    notes: [
      ...(upgrade === undefined ? [] : [upgrade]),
      ...foreignTexts(cluster).map(({ title, text }) => `added by others, and left alone: ${objectTitle(title)}: ${text}`),
    ],
  };
}

const TONES = { gone: 'remove', conflict: 'change', changed: 'change', added: 'change' } as const;

function driftedChange(cluster: DriftCluster, change: DriftChange): ChangeView {
  const view = changeView(change, {
    sign: DRIFT_SIGN[change.kindOfDrift],
    word: driftWord(change),
    tone: change.awaitingApply === true ? 'keep' : TONES[change.kindOfDrift],
    notes: [...(change.for === cluster.name ? [] : [`for ${change.for}`]), ...timeTexts(change)],
  });
  // What would be done about a conflict is a plan's to say.
  return {
    ...view,
    ...present({ interrupts: affectsText(change) }),
    fields: view.fields.map(({ conflict: _, ...field }) => field),
  };
}
