import type { Finding } from '../model/finding.ts';
import type { Change, Plan, PlanCluster } from '../model/plan.ts';
import { present } from '../model/present.ts';
import { detachTexts } from '../report/detach-words.ts';
import { bySeverity } from '../report/findings-order.ts';
import { vendorText } from '../report/grant-words.ts';
import { disruptionHeading, disruptiveChanges, interruptionText } from '../report/interruption-words.ts';
import { limitTexts } from '../report/limit-words.ts';
import type { PlanReport } from '../report/markdown/plan-comment.ts';
import { deviationText } from '../report/merging-words.ts';
import { actionCounts, changeTitle, mostDangerousFirst, planTotals, SIGN } from '../report/plan-summary.ts';
import { planVerdict } from '../report/plan-verdict.ts';
import { upgradedClusters, upgradeText } from '../report/upgrade-words.ts';
import { EMULATED_NOTE } from '../report/words.ts';
import { changeView, kindsOf } from './change-view.ts';
import type { ChangeView, ClusterView, Note, PageData, PageTopology, Tone } from './page-data.ts';
import { drawnTopology } from './topology.ts';

const LEGEND: PageTopology['legend'] = { created: 'is created', changed: 'changes', deleted: 'is deleted' };

const plain = (name: string) => name;

/** The page of a plan: what it takes away and interrupts, findings, the fleet with what changes, then each cluster. */
export function planPage({ plan, findings, fleet, before }: PlanReport, version: string): PageData {
  const clusters = plan.clusters.map(clusterView);
  return {
    title: plan.fleet === '' ? 'Plan' : `Plan for ${plan.fleet}`,
    verdict: { tone: toneOf(plan, findings), sentence: planVerdict(plan) },
    ...present({ emulated: plan.emulated === true ? EMULATED_NOTE : undefined }),
    notes: notesOf(plan),
    findings: bySeverity(findings),
    ...present({
      topology: fleet && drawnTopology({ fleet, plan, legend: LEGEND, ...present({ before }) }),
    }),
    changes: { clusters, columns: { before: 'now', after: 'then' }, kinds: kindsOf(clusters) },
    version,
  };
}

function toneOf(plan: Plan, findings: readonly Finding[]): Tone {
  if (findings.some(({ severity }) => severity === 'error')) return 'bad';
  if (!plan.complete && plan.offline !== true) return 'unknown';
  return planTotals(plan).changes.length > 0 ? 'warn' : 'good';
}

function notesOf(plan: Plan): Note[] {
  const deviations = plan.merging?.deviations ?? [];
  const disrupted = disruptiveChanges(plan).map(
    ({ cluster, change }) => `${change.action} ${changeTitle(change)} on ${cluster}: ${interruptionText(change)}`,
  );
  const notes: Note[] = [
    ...(plan.detaches ?? []).map((view): Note => {
      const [first = '', ...lines] = detachTexts(view, plain);
      return { tone: 'bad', title: `Detach: ${first}`, lines };
    }),
    {
      tone: 'bad',
      title: 'What merging would do beyond the declaration, or short of it',
      lines: deviations.map((each) => deviationText(each, plain)),
    },
    {
      tone: 'warn',
      title: 'Upgrades',
      lines: upgradedClusters(plan).map(({ name, upgrade }) => `${name} ${upgradeText(upgrade)}`),
    },
    { tone: 'warn', title: disruptionHeading(plan), lines: disrupted },
    { tone: 'unknown', title: 'Limits', lines: limitTexts(plan) },
  ];
  const vendor: Note[] =
    plan.vendor === undefined
      ? []
      : [{ tone: plan.vendor.asPublished ? 'good' : 'warn', lines: [`Vendor files ${vendorText(plan.vendor)}`] }];
  return [...notes.filter(({ title, lines }) => lines.length > 0 || title?.startsWith('Detach') === true), ...vendor];
}

function clusterView(cluster: PlanCluster): ClusterView {
  const known = cluster.status === 'known';
  const counts = actionCounts(cluster.changes);
  const groups = new Map<string, ChangeView[]>();
  for (const change of mostDangerousFirst(cluster.changes)) {
    const heading = headingOf(change);
    groups.set(heading, [...(groups.get(heading) ?? []), plannedChange(cluster, change)]);
  }
  return {
    name: cluster.name,
    role: cluster.role,
    state: known
      ? counts
      : [...(cluster.changes.length > 0 ? [counts] : []), `unknown: ${cluster.reason ?? 'it was not looked at'}`].join('; '),
    tone: !known ? 'unknown' : cluster.changes.length > 0 ? 'warn' : 'good',
    groups: [...groups].map(([heading, changes]) => ({ heading, changes })),
    notes: (cluster.notCompared ?? []).map(({ namespace, name }) => `not compared: Secret ${namespace}/${name}`),
  };
}

/** Deletes stand first, although they are carried out last. */
function headingOf({ action, stage }: Change): string {
  if (action === 'delete') return 'deletes, carried out last';
  return action === 'replace' ? 'cannot be changed in place: refused' : stage;
}

const TONES = { create: 'add', update: 'change', delete: 'remove', replace: 'remove', adopt: 'keep', restart: 'change' } as const;

function plannedChange(cluster: PlanCluster, change: Change): ChangeView {
  const previewed = change.predicted && cluster.status === 'known' ? ['not previewed'] : [];
  const of = change.action === 'delete' ? [change.stage] : [];
  return changeView(change, {
    sign: SIGN[change.action],
    word: change.action,
    tone: TONES[change.action],
    notes: [...of, ...(change.for === cluster.name ? [] : [`for ${change.for}`]), ...previewed],
  });
}
