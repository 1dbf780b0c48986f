import { checkoutOf } from '../checkout/checkout.ts';
import { prepare } from '../checkout/prepare.ts';
import { rootsOf } from '../declare/roots.ts';
import type { Outcome } from '../model/outcome.ts';
import type { RenderDocument } from '../model/render.ts';
import { committedFindings, readCommitted } from '../render/committed.ts';
import { compareTrees } from '../render/compare.ts';
import { findingConditions, hasErrors } from '../rules/conditions.ts';
import type { Options, Ports } from './context.ts';

/**
 * `render`: writes rendered/, or with `check` says what it would write. Nothing is written beside an error, and a file that was
 * edited by hand is not overwritten: what someone wrote there would be lost.
 */
export async function renderCommand(ports: Ports, options: Options & { check: boolean }): Promise<Outcome<RenderDocument>> {
  const { tree, committed, findings } = await prepare(checkoutOf(ports.files, options));
  const roots = rootsOf(options);
  const document: RenderDocument = {
    schemaVersion: 1,
    check: options.check,
    created: [],
    updated: [],
    removed: [],
    unchanged: 0,
    findings,
  };
  if (tree !== undefined && Object.keys(committed).length > 0) {
    const edited = readCommitted(committed, tree.files).problems.filter(
      ({ problem, digestFits }) => digestFits !== true && (problem === 'edited' || problem === 'unreadable'),
    );
    findings.push(
      ...committedFindings(edited, options.rendered).map((finding) => ({
        ...finding,
        remedy: 'Move what you want to keep into the declaration, restore or delete the file, and render again.',
      })),
    );
  }
  document.findings = roots.findingsForUser(findings);
  if (tree === undefined || hasErrors(findings)) return { document, conditions: findingConditions(findings) };
  const { write, remove, created, updated, unchanged, foreign } = compareTrees(committed, tree);
  document.created = created;
  document.updated = updated;
  document.removed = remove;
  document.unchanged = unchanged.length;
  // render leaves them alone; apply refuses a folder that holds them, so a check says so as well.
  const extra = committedFindings(
    foreign.map((path) => ({ path, problem: 'extra' })),
    options.rendered,
  );
  findings.push(...extra.map((finding) => ({ ...finding, severity: options.check ? ('error' as const) : ('warning' as const) })));
  document.findings = roots.findingsForUser(findings);
  const differs = created.length + updated.length + remove.length > 0;
  if (!options.check && differs) {
    const below = (path: string) => `${options.rendered}/${path}`;
    await ports.files.change(
      Object.fromEntries(Object.entries(write).map(([path, text]) => [below(path), text])),
      remove.map(below),
    );
  }
  return {
    document,
    conditions: [
      ...findingConditions(findings),
      ...(options.check && differs && foreign.length === 0 ? ['not-approved' as const] : []),
    ],
  };
}
