import type { SourceMap } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { RenderedTree } from '../model/manifest.ts';
import type { Scope } from '../model/scope.ts';
import { changedSources, committedFindings, readCommitted } from '../render/committed.ts';
import { differingFiles } from '../render/compare.ts';
import { PLAN_FILE } from '../render/tree.ts';
import { hasErrors } from '../rules/conditions.ts';
import type { Checkout } from './checkout.ts';
import { type Prepared, prepare } from './prepare.ts';

/** What an apply goes by: the committed manifests, as far as they are what the declaration beside them renders to. */
export interface RenderedAgain {
  /** Present only where every byte below rendered/ (the plan aside) is what a fresh render writes; with it what the run is about. */
  rendered?: { tree: RenderedTree; scope: Scope };
  vendorFiles: Record<string, string>;
  extraFiles: Record<string, string>;
  source: SourceMap;
  /** Text of the approved plan that lies beside the manifests. */
  committed: Record<string, string>;
  /** Why there is no tree: rule rendered, or what keeps the declaration from being rendered. */
  findings: Finding[];
  /** The same as a sentence; '' beside a tree. */
  reason: string;
}

/**
 * Renders the declaration and the vendor's files of the work tree, and compares with what is committed: files that anybody can edit,
 * their index and its digests included, prove nothing by themselves. `version`: of this program. Throws UserError where there is no declaration.
 */
export async function renderAgain(checkout: Checkout, version: string): Promise<RenderedAgain> {
  const prepared = await prepare(checkout);
  const { committed, declaration, scope, tree, vendorFiles, extraFiles, findings } = prepared;
  const refused = (refusal: { findings: Finding[]; reason: string }): RenderedAgain => ({
    vendorFiles,
    extraFiles,
    source: declaration.source,
    committed,
    ...refusal,
  });
  // Links and the like were not read at all.
  const strange = findings.filter(({ rule }) => rule === 'rendered');
  if (strange.length > 0) return refused({ findings: strange, reason: sentenceOf(strange, 'edited') });
  const differing = tree === undefined ? [] : differingFiles(committed, tree);
  // What is what a fresh render writes, byte for byte, need not be read back.
  if (tree !== undefined && scope !== undefined && !hasErrors(findings) && differing.length === 0)
    return { ...refused({ findings: [], reason: '' }), rendered: { tree, scope } };
  const readBack = readCommitted(committed, tree?.files ?? {});
  if (readBack.tree === undefined) {
    const edited = committedFindings(readBack.problems, checkout.rendered);
    return refused({ findings: edited, reason: sentenceOf(edited, 'edited') });
  }
  if (tree === undefined || hasErrors(findings))
    return refused({ findings, reason: 'the declaration has errors: what was approved cannot be rendered again from it' });
  return refused(whyDifferent(prepared, { checkout, version, tree, was: readBack.tree, differing }));
}

interface Difference {
  checkout: Checkout;
  version: string;
  tree: RenderedTree;
  was: RenderedTree;
  differing: { path: string; problem: 'edited' | 'missing' | 'extra' }[];
}

/** The inputs are newer, another version rendered, or somebody has edited files and made their index fit. */
function whyDifferent(prepared: Prepared, difference: Difference): { findings: Finding[]; reason: string } {
  const { committed, vendorFiles, extraFiles } = prepared;
  const { checkout, version, tree, was, differing } = difference;
  const newer: Finding[] = changedSources(was.index, { ...vendorFiles, ...extraFiles });
  if (was.index.declaration !== tree.index.declaration) newer.unshift(newerDeclaration(checkout));
  if (newer.length > 0) return { findings: newer, reason: sentenceOf(newer, 'outdated') };
  const by = renderedBy(committed[PLAN_FILE]);
  if (by !== undefined && by !== version) {
    const [finding] = [otherVersion(checkout, version, by)];
    return { findings: [finding], reason: `another version: ${finding.message}` };
  }
  const edited = committedFindings(differing, checkout.rendered);
  return { findings: edited, reason: sentenceOf(edited, 'edited') };
}

function sentenceOf(findings: readonly Finding[], word: 'edited' | 'outdated'): string {
  const [first, ...rest] = findings;
  return `${word}: ${first?.message ?? ''}${rest.length === 0 ? '' : ` (and ${rest.length} more)`}`;
}

function newerDeclaration({ shownFile }: Checkout): Finding {
  return {
    rule: 'rendered',
    severity: 'error',
    file: shownFile,
    line: 1,
    column: 1,
    message: `${shownFile} has changed since the manifests were rendered from it`,
    remedy: 'Merge the updated proposal (cn2-fleet propose makes it), or render, plan and have the result approved.',
  };
}

function otherVersion({ rendered }: Checkout, version: string, by: string): Finding {
  return {
    rule: 'rendered',
    severity: 'error',
    file: `${rendered}/${PLAN_FILE}`,
    line: 1,
    column: 1,
    message: `the manifests were rendered by cn2-fleet ${by}, and version ${version} renders them differently`,
    remedy: `Merge the updated proposal (cn2-fleet propose makes it), or apply with ${by === UNNAMED ? 'the version that rendered' : `version ${by}`}.`,
  };
}

const UNNAMED = 'of an earlier version';

/** The version that rendered, as the plan beside the manifests says; it decides what is said, never what is done. */
function renderedBy(planText: string | undefined): string | undefined {
  try {
    const { renderedBy, serial } = JSON.parse(planText ?? '{}') as { renderedBy?: unknown; serial?: unknown };
    // Versions that said nothing of themselves gave no place in an order either.
    if (planText !== undefined && renderedBy === undefined && serial === undefined) return UNNAMED;
    return typeof renderedBy === 'string' && /^[\w.+-]{1,64}$/.test(renderedBy) ? renderedBy : undefined;
  } catch {
    return undefined;
  }
}
