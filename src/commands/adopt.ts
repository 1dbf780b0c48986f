import { answersTo, neverAdopted } from '../adoption/adopt.ts';
import { type Answer, MOVED_ON, type Reason, type Subject } from '../adoption/answer.ts';
import { editedTexts } from '../adoption/edited-texts.ts';
import { type Checkout, checkoutOf } from '../checkout/checkout.ts';
import { overlaid } from '../checkout/overlaid.ts';
import { type Prepared, prepare } from '../checkout/prepare.ts';
import { rootsOf } from '../declare/roots.ts';
import { readYaml } from '../declare/yaml.ts';
import type { Adopted, Adoption, LeftOver, NotAdopted } from '../model/adoption.ts';
import type { DriftChange, DriftDocument } from '../model/drift.ts';
import type { Finding } from '../model/finding.ts';
import type { Manifest, RenderedTree } from '../model/manifest.ts';
import { objectKey, refOf, refOfEntry } from '../model/object-ref.ts';
import type { Condition, Outcome } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import { present } from '../model/present.ts';
import { UserError } from '../model/user-error.ts';
import { hasErrors } from '../rules/conditions.ts';
import { lineDiff } from '../setup/line-diff.ts';
import { planLive } from '../survey/live-plan.ts';
import type { Ports } from './context.ts';
import { type DriftLook, type DriftOptions, driftCommand } from './drift.ts';

export interface AdoptOptions extends DriftOptions {
  /** Clusters of whose drift the declaration is to say what is live; absent: all. */
  clusters?: readonly string[];
  /** Say what would be written, and leave the files as they are. */
  keepFiles?: boolean;
}

export type AdoptResult = Outcome<DriftDocument & { findings: Finding[]; adoption: Adoption }> & {
  /** The files that were edited, relative to the declaration's folder → text. */
  texts: Record<string, string>;
};

/**
 * `drift --adopt`: looks for drift, edits the declaration so that it says what is live, renders that in memory and compares it with the
 * live clusters once more. Writes the declaration (and files of `extra`), nothing below rendered/ and nothing to any cluster. What would
 * break a rule is not edited. `looked`: what was found before.
 */
export async function adoptCommand(ports: Ports, options: AdoptOptions, looked?: DriftLook): Promise<AdoptResult> {
  const { result, approved } = looked ?? (await driftCommand(ports, options));
  const drifted = driftedIn(result.document, options.clusters);
  const nothing = { adopted: [], notAdopted: [], left: [], complete: result.document.complete, files: [] };
  if (approved === undefined || drifted.length === 0)
    return { document: { ...result.document, adoption: nothing }, conditions: result.conditions, texts: {} };
  const checkout = checkoutOf(ports.files, options);
  const prepared = await prepare(checkout);
  if (prepared.tree === undefined || prepared.declaration.fleet === undefined || hasErrors(prepared.findings))
    throw new UserError(
      `${options.shownFile} has errors: what drifted can only be adopted into a declaration that can be rendered`,
      'run cn2-fleet validate, correct what it lists, and run the same command again',
    );
  const text = (await ports.files.read(options.file)) ?? '';
  const cases = casesOf(drifted, { approved, prepared, declared: readYaml(text, options.file)[0]?.value });
  const made = await withoutBrokenRules(checkout, cases, { ...prepared.extraFiles, [options.file]: text });
  const again =
    Object.keys(made.texts).length === 0 ? undefined : await planLive(ports, withTexts(checkout, made.texts), options);
  const adoption: Adoption = {
    adopted: made.cases.flatMap((each) => adoptedOf(each, options.file)),
    notAdopted: made.cases.flatMap(notAdoptedOf),
    left: again === undefined ? [] : leftOver(again.plan, result.document.proposalPending ? drifted : undefined),
    complete: again?.plan.complete ?? result.document.complete,
    files: Object.entries(made.texts).map(([file, after]) => ({
      file: file === options.file ? options.shownFile : rootsOf(options).forUser(file),
      diff: lineDiff(file === options.file ? text : (prepared.extraFiles[file] ?? ''), after),
    })),
  };
  if (options.keepFiles !== true && again !== undefined) await ports.files.change(made.texts, []);
  const unseen: Condition[] = adoption.complete ? [] : ['unknown-cluster'];
  return {
    document: { ...result.document, adoption: ports.secrets.document(adoption) },
    conditions: [...new Set([...result.conditions, ...unseen])],
    texts: made.texts,
  };
}

interface Drifted {
  cluster: string;
  change: DriftChange;
}

/** A drift with what is to be edited for it. */
interface Case extends Drifted {
  answer: Answer;
}

function driftedIn({ clusters }: DriftDocument, wanted: readonly string[] | undefined): Drifted[] {
  return clusters
    .filter(({ name, status }) => status === 'known' && wanted?.includes(name) !== false)
    .flatMap(({ name, changes }) => changes.map((change) => ({ cluster: name, change })));
}

const keyOf = ({ cluster, change }: Drifted) => objectKey(refOfEntry(change, cluster));

/** What is to be edited for each drift. An object that the declaration renders otherwise by now is left alone. */
function casesOf(
  drifted: readonly Drifted[],
  { approved, prepared, declared }: { approved: RenderedTree; prepared: Prepared; declared: unknown },
): Case[] {
  const byKey = (tree: RenderedTree) =>
    new Map(tree.manifests.map((manifest) => [objectKey(refOf(manifest.object, manifest.cluster)), manifest]));
  const [before, now] = [byKey(approved), byKey(prepared.tree!)];
  const refusal = (reason: Reason): Answer => ({ edits: [], refused: [reason] });
  const early = drifted.map((each): Answer | Manifest => {
    const [old, manifest] = [before.get(keyOf(each)), now.get(keyOf(each))];
    const never = neverAdopted({ change: each.change, ...present({ manifest: old }) });
    if (never !== undefined) return refusal(never);
    return manifest === undefined || manifest.digest !== old?.digest ? refusal(MOVED_ON) : manifest;
  });
  const subjects = early.flatMap((given, index): Subject[] =>
    'object' in given ? [{ ...drifted[index]!, manifest: given, fleet: prepared.declaration.fleet!, declared }] : [],
  );
  const answers = answersTo(subjects);
  return drifted.map((each, index) => {
    const given = early[index]!;
    return { ...each, answer: 'object' in given ? answers.shift()! : given };
  });
}

/** All edits, or as many of them as leave a declaration without errors: one drift after the other is tried then. */
async function withoutBrokenRules(
  checkout: Checkout,
  cases: readonly Case[],
  texts: Readonly<Record<string, string>>,
): Promise<{ cases: Case[]; texts: Record<string, string> }> {
  const attempt = async (some: readonly Case[]) => {
    const edited = editedTexts(
      some.map(({ answer }) => answer),
      texts,
      checkout.file,
    );
    const { findings, tree } = await prepare(withTexts(checkout, edited.texts));
    return { ...edited, error: findings.find(({ severity }) => severity === 'error'), broken: tree === undefined };
  };
  let kept = await attempt(cases);
  let judged = [...cases];
  if (kept.error !== undefined || kept.broken) {
    judged = cases.map((each) => ({ ...each, answer: { ...each.answer, edits: [] } }));
    for (const [index, each] of cases.entries()) {
      if (each.answer.edits.length === 0) continue;
      const tried = await attempt(judged.with(index, each));
      if (tried.error === undefined) judged[index] = each;
      else judged[index] = { ...each, answer: { edits: [], refused: [...each.answer.refused, ofRule(tried.error)] } };
    }
    kept = await attempt(judged);
  }
  const refusals = (answer: Answer) => kept.refused.filter(({ edit }) => answer.edits.some((own) => sameEdit(own, edit)));
  const withRefusals = judged.map((each) => {
    const editor = refusals(each.answer).map(({ reason }) => ({ reason, remedy: EDIT_BY_HAND }));
    const edits = each.answer.edits.filter((own) => !kept.refused.some(({ edit }) => sameEdit(own, edit)));
    return { ...each, answer: { edits, refused: [...each.answer.refused, ...editor] } };
  });
  return { cases: withRefusals, texts: kept.texts };
}

const EDIT_BY_HAND = 'Edit the file by hand, or apply, which brings back what was approved.';

function ofRule({ rule, message }: Finding): Reason {
  return {
    reason: `to adopt it would break rule ${rule}: ${message}`,
    remedy: 'Apply brings back what was approved, or change the declaration so that the rule holds.',
  };
}

function sameEdit(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function withTexts(checkout: Checkout, texts: Readonly<Record<string, string>>): Checkout {
  return { ...checkout, files: overlaid(checkout.files, texts) };
}

function named({ cluster, change: { apiVersion, kind, namespace, name } }: Drifted) {
  return { cluster, apiVersion, kind, ...present({ namespace }), name };
}

function adoptedOf(each: Case, declaration: string): Adopted[] {
  const { edits } = each.answer;
  if (edits.length === 0) return [];
  const file = edits[0]?.file ?? declaration;
  return [{ ...named(each), file, paths: [...new Set(edits.map(({ edit }) => edit.path))] }];
}

function notAdoptedOf(each: Case): NotAdopted[] {
  const told = each.answer.refused.map(({ field, reason, remedy }) => ({
    ...named(each),
    ...present({ field }),
    reason,
    remedy,
  }));
  // A plan may name a field that two managers hold twice.
  return [...new Map(told.map((one) => [`${one.field} ${one.reason}`, one])).values()];
}

/** What an apply of the edited declaration would do; marks and records of ownership do not count. `of`: only these objects. */
function leftOver(plan: Plan, of: readonly Drifted[] | undefined): LeftOver[] {
  const wanted = of && new Set(of.map(keyOf));
  return plan.clusters.flatMap(({ name: cluster, changes }) =>
    changes
      .filter((change) => change.action !== 'adopt' && wanted?.has(objectKey(refOfEntry(change, cluster))) !== false)
      .map(({ apiVersion, kind, namespace, name, action, fields }) => ({
        ...{ cluster, apiVersion, kind, ...present({ namespace }), name, action },
        fields: fields.map(({ path }) => path),
      })),
  );
}
