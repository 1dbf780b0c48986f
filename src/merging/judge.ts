import { previousFleet } from '../checkout/prepare.ts';
import type { Finding } from '../model/finding.ts';
import type { MergeDeviation, Merging } from '../model/merging.ts';
import type { ApprovedPlan, Plan } from '../model/plan.ts';
import { approve, isSubset } from '../plan/approval.ts';
import { parseApproved, readApproved } from '../plan/approved.ts';
import { isPlanOfNow } from '../plan/plan-of-now.ts';
import { placedInOrder } from '../plan/serial.ts';
import type { Forge, TreeFile } from '../ports/forge.ts';
import { blobId } from '../render/blob-id.ts';
import { INDEX_FILE, PLAN_FILE } from '../render/tree.ts';
import { judgeRemoval } from '../rules/judge.ts';
import { approvalState } from '../survey/approval-state.ts';
import type { Planned } from '../survey/live-plan.ts';
import { baseFleet, filesAt } from './base-rendered.ts';
import { approvalDeviations, fileDeviations } from './deviations.ts';
import { placeFindings } from './place-findings.ts';
import { fileFaults, fileFindings, textOf } from './rendered-files.ts';
import type { Touched } from './touched.ts';

export interface Judged {
  merging: Merging;
  /** In the place that follows what the base approves: the pull request's own plan.json says nothing of that. */
  plan: Plan;
  /** Files as the declaration's folder knows them. */
  findings: Finding[];
}

interface Input {
  forge: Forge;
  /** The rendered folder, relative to the declaration's folder. */
  rendered: string;
  touched: Touched;
  planned: Planned;
  /** A plan.json that cannot be judged is an error: a plan without clusters was not asked for. */
  strict: boolean;
}

/**
 * What merging does, for a plan of its tree: a rendered folder that it touches must be what the declaration renders, and its plan.json
 * the current plan; each file that is not gets an error (rule `rendered`). Throws ForgeError.
 */
export async function judgeMerge(input: Input): Promise<Judged> {
  const { forge, rendered, touched, planned } = input;
  const { tree, committed, declaration } = planned.prepared;
  if (touched.touches !== 'rendered') {
    // A declaration may become what was approved before: then no other pull request comes in between.
    const approved = planned.plan.complete && approvalState(planned) === 'approved';
    const approves = approved ? 'covered' : 'nothing';
    return { merging: { touches: touched.touches, approves, deviations: [] }, findings: [], plan: planned.plan };
  }
  const findings = placeFindings(touched, rendered);
  const before = await filesAt(forge, touched.before, touched.rendered);
  const plan = await afterBase(forge, planned, before);
  let isWrong = false;
  const merging = (approves: Merging['approves'], deviations: MergeDeviation[] = []): Judged => ({
    merging: { touches: 'rendered', approves: isWrong || findings.some(isError) ? 'wrong' : approves, deviations },
    findings,
    plan,
  });
  // What was approved before is what the base has: a pull request may have written itself another past.
  findings.push(...missingIn(planned.findings, judgeRemoval(declaration, previousFleet(await baseFleet(forge, touched)))));
  const entries = await filesAt(forge, touched.after, touched.rendered);
  if (tree === undefined) return merging('unknown');
  if (entries.length === 0) return merging('wrong', fileDeviations(faultsOf([]), tree.manifests));
  const faults = faultsOf(entries);
  // A link or the like was found already when the folder was read.
  const found = new Set(planned.findings.flatMap(({ rule, file }) => (rule === 'rendered' && file !== undefined ? [file] : [])));
  const ofFiles = fileFindings(faults, rendered);
  isWrong = ofFiles.some(isError);
  findings.push(...ofFiles.filter(({ file }) => file === undefined || !found.has(file)));
  const deviations = fileDeviations(faults, tree.manifests);
  if (approvesNothingNew(before, entries, tree.files[INDEX_FILE] ?? '')) return merging('nothing', deviations);
  const approval = await judgeApproval({ ...input, planned: { ...planned, plan } }, entries);
  findings.push(...approval.findings);
  return merging(approval.approves, [...deviations, ...approval.deviations]);

  function faultsOf(files: readonly TreeFile[]) {
    return fileFaults(files, tree?.files ?? {}, committed);
  }
}

/** The plan in its place after what the base has approved and what was applied last; one that nobody can approve stays as it is. */
async function afterBase(forge: Forge, { plan, record }: Planned, before: readonly TreeFile[]): Promise<Plan> {
  if (plan.serial === undefined) return plan;
  const file = before.find(({ path }) => path === PLAN_FILE);
  const base = file === undefined ? undefined : parseApproved(await forge.textAt(file.sha));
  return placedInOrder(plan, base, record) ?? plan;
}

/** plan.json of the merge against the current plan. */
async function judgeApproval(
  { forge, rendered, planned, strict }: Input,
  entries: readonly TreeFile[],
): Promise<{ approves: Merging['approves']; deviations: MergeDeviation[]; findings: Finding[] }> {
  const { plan, prepared } = planned;
  const path = `${rendered}/${PLAN_FILE}`;
  const fault = (
    approves: Merging['approves'],
    finding: Partial<Finding> & { message: string },
    found: MergeDeviation[] = [],
  ) => ({
    approves,
    deviations: found,
    findings: [{ ...AT_TOP, severity: 'error' as const, file: path, remedy: PROPOSE, ...finding }],
  });
  const entry = entries.find((each) => each.path === PLAN_FILE);
  if (entry === undefined) return fault('wrong', { message: `${path} is missing: apply does nothing without it` });
  const text = textOf(entry, prepared.committed) ?? (await forge.textAt(entry.sha));
  const approval = readApproved(text, prepared.tree?.indexDigest ?? '', path);
  if (approval.status === 'refused') return fault('wrong', { message: approval.reason });
  if (!plan.complete) {
    const severity = strict ? 'error' : 'warning';
    return fault('unknown', { severity, message: `${path} cannot be judged: ${UNSEEN}`, remedy: LOOK });
  }
  if (isPlanOfNow(approval.plan, plan)) return { approves: 'exactly', deviations: [], findings: [] };
  if (plan.only !== undefined && plan.only.length > 0 && isSubset(plan, approval.plan).ok)
    return { approves: 'covered', deviations: [], findings: [] };
  const now = approve(plan);
  const found = approvalDeviations(approval.plan, now);
  return fault('wrong', { message: `${path} is not the current plan: ${difference(approval.plan, now, found)}` }, found);
}

/** Why a plan is another one, in a few words. */
function difference(committed: ApprovedPlan, now: ApprovedPlan, found: readonly MergeDeviation[]): string {
  const count = (what: MergeDeviation['what']) => found.filter((each) => each.what === what).length;
  const [surplus, missing, different] = [count('surplus'), count('missing'), count('different')];
  const uidOf = (plan: ApprovedPlan, name: string) => plan.clusters.find((cluster) => cluster.name === name)?.uid;
  const other = now.clusters.filter(({ name, uid }) => uidOf(committed, name) !== uid).map(({ name }) => name);
  const parts = [
    ...(surplus === 0 ? [] : [`${surplus} too many`]),
    ...(missing === 0 ? [] : [`${missing} missing`]),
    ...(different === 0 ? [] : [`${different} with different content`]),
    ...(other.length === 0 ? [] : [`made for clusters other than ${other.join(', ')}`]),
  ];
  return parts.length === 0 ? 'it was edited, or made for another state of the fleet' : parts.join(', ');
}

const AT_TOP = { rule: 'rendered', line: 1, column: 1 } as const;
const UNSEEN = 'not every cluster was looked at, so it is not known whether it is the current plan';
const PROPOSE = 'Run the propose workflow: it brings rendered/ and plan.json up to date. Nobody needs to write them by hand.';
const LOOK = 'Leave plan.json to the propose workflow, or plan where the clusters can be reached.';

/** plan.json stays, and what it belongs to: as it is in both, or as it is rendered again from what the base was rendered from. */
function approvesNothingNew(before: readonly TreeFile[], after: readonly TreeFile[], freshIndex: string): boolean {
  const [base, index] = [shaOf(before, INDEX_FILE), shaOf(after, INDEX_FILE)];
  if (base === undefined || shaOf(before, PLAN_FILE) !== shaOf(after, PLAN_FILE)) return false;
  return base === index || base === blobId(freshIndex, base);
}

function shaOf(files: readonly TreeFile[], path: string): string | undefined {
  return files.find((file) => file.path === path)?.sha;
}

function isError({ severity }: Finding): boolean {
  return severity === 'error';
}

function missingIn(known: readonly Finding[], findings: readonly Finding[]): Finding[] {
  const key = ({ rule, line, message }: Finding) => JSON.stringify([rule, line, message]);
  const there = new Set(known.map(key));
  return findings.filter((finding) => !there.has(key(finding)));
}
