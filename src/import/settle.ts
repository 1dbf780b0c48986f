import { readDeclaration } from '../declare/declaration.ts';
import type { Declaration } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { LiveState } from '../model/live.ts';
import type { Desired } from '../model/manifest.ts';
import { objectKey, objectName, refOf, refOfEntry } from '../model/object-ref.ts';
import type { Change } from '../model/plan.ts';
import { present } from '../model/present.ts';
import { openQuestions } from '../plan/comparison.ts';
import { makePlan } from '../plan/plan.ts';
import type { PreviewResult } from '../plan/preview.ts';
import { toServed } from '../plan/served.ts';
import { hasErrors } from '../rules/conditions.ts';
import { judgeDeclaration } from '../rules/judge.ts';
import { PLACEHOLDER } from '../setup/first-declaration.ts';
import { desiredOf } from './desired.ts';
import type { FleetDraft } from './draft.ts';
import { extraFiles } from './extra.ts';
import { type Decisions, type DraftChoices, makeDraft, noDecisions } from './make-draft.ts';
import { addPatch, dropPatches } from './patches.ts';
import type { ChosenFolders } from './vendor.ts';
import type { View } from './view.ts';
import { declarationText } from './write.ts';

/** What a declaration would still change of what runs, cluster by cluster. */
export interface Remaining {
  cluster: string;
  change: Change;
}

/** A declaration as it can be written. */
export interface Settled {
  text: string;
  draft: FleetDraft;
  declaration: Declaration;
  extraFiles: Record<string, string>;
  /** Something in it could not be known. */
  marked: boolean;
  /** How many objects would become the fleet's without a change. */
  adopted: number;
  /** Secrets that are there, whose content is compared when the credentials of the declaration are. */
  notCompared: number;
  remaining: Remaining[];
  /** What a look at the text finds. */
  findings: Finding[];
}

/** How a declaration is written. */
export interface SettleOptions {
  version: string;
  folders?: ChosenFolders;
  /** Name that findings call the file. */
  file: string;
}

/** Each round says something in a plainer way; fleets need two or three. */
const MOST_ROUNDS = 50;

/**
 * The declaration of what runs. It is rendered and compared with what is there, without asking any server; what it would change is said
 * otherwise, round by round, until it changes nothing or nothing more can be said.
 */
export function settle(view: View, choices: DraftChoices, options: SettleOptions, decisions = noDecisions()): Settled {
  for (let round = 1; ; round += 1) {
    const settled = attempt(view, choices, decisions, options);
    const undecided = decisions.trimmed.size + sizeOf(decisions);
    dropPatches(settled, { facts: view.facts, ...present({ folders: options.folders }) }, decisions);
    decide(view.live, settled, decisions);
    const isDone = decisions.trimmed.size + sizeOf(decisions) === undecided;
    if (isDone || round === MOST_ROUNDS) return settled;
  }
}

function sizeOf({ plainRouters, plainNetworks, unmanaged, patches, unpatched, told }: Decisions): number {
  const said = [...patches.values()].reduce((sum, list) => sum + list.length, 0);
  return plainRouters.size + plainNetworks.size + unmanaged.size + unpatched.size + told.size + said;
}

/** An attempt, with what is needed to do better. */
interface Attempt extends Settled {
  desired: readonly Desired[];
}

function attempt(view: View, choices: DraftChoices, decisions: Decisions, { version, folders, file }: SettleOptions): Attempt {
  const draft = makeDraft(view, choices, decisions);
  const text = declarationText(draft, version);
  const declaration = readDeclaration(text, file);
  const { fleet } = declaration;
  if (fleet === undefined)
    throw new Error(`the declaration that was made cannot be read: ${JSON.stringify(declaration.findings)}`);
  const files = extraFiles(draft.extra);
  const desired = desiredOf(declaration, fleet, {
    facts: view.facts,
    extraFiles: files,
    ...(folders === undefined ? {} : { folders }),
  });
  const { changes, served, notCompared } = compared(fleet, desired, view.live);
  return {
    text,
    draft,
    declaration,
    extraFiles: files,
    marked: text.includes(PLACEHOLDER),
    adopted: changes.filter(({ change }) => change.action === 'adopt').length,
    notCompared,
    remaining: changes.filter(({ change }) => change.action !== 'adopt'),
    findings: [
      ...declaration.findings,
      ...judgeDeclaration(declaration),
      ...decisions.told.values(),
      ...decisions.withheld.values(),
    ],
    desired: served,
  };
}

/** What a plan would say that asked no server: dry-runs are writes to a server's log of them, and to its admission. */
export function compared(fleet: Fleet, desired: readonly Desired[], live: LiveState) {
  const { desired: served } = toServed(desired, live);
  const previews = openQuestions(fleet, served, live).map(
    (question): PreviewResult => ({ question, requests: 0, status: 'not-served' }),
  );
  const { plan } = makePlan({ fleet, index: '', desired: served, live, previews });
  return {
    changes: plan.clusters.flatMap(({ name, changes }) => changes.map((change): Remaining => ({ cluster: name, change }))),
    notCompared: plan.clusters.reduce((sum, { notCompared = [] }) => sum + notCompared.length, 0),
    served,
  };
}

/** Says in a plainer way what a declaration would change, or what is found in its text. */
function decide(live: LiveState, attempt: Attempt, decisions: Decisions): void {
  const { draft, desired } = attempt;
  const connection = (position: number) => {
    const routers = (draft.connections[position]?.routers ?? []).map(({ metadata }) => objectName(metadata));
    const isNew = routers.some((router) => !decisions.trimmed.has(router));
    for (const router of routers) (isNew ? decisions.trimmed : decisions.plainRouters).add(router);
  };
  const network = (position: number) => {
    for (const { kind, metadata } of draft.networks[position]?.objects ?? [])
      if (kind === 'VirtualNetwork') decisions.plainNetworks.add(objectName(metadata));
  };
  // Once for each, however many of its routers a plan would change.
  const connections = new Set<number>();
  for (const { cluster, change } of attempt.remaining) {
    const key = objectKey(refOfEntry(change, cluster));
    const entry = desired.find(({ manifest, object }) => objectKey(refOf(object, manifest.cluster)) === key);
    const [, list = '', index = ''] = (entry?.manifest.declaredAt ?? '').split('/');
    const position = Number(index);
    if (list === 'connections') connections.add(position);
    if (list === 'networks') network(position);
    if (list === 'namespaces') decisions.unmanaged.add(`${cluster}/${change.name}`);
    if (list === 'distributed' && entry !== undefined) addPatch(live, entry, { cluster, change }, decisions);
  }
  connections.forEach(connection);
  if (hasErrors(attempt.findings)) {
    for (const [list, position] of faulty(attempt)) {
      if (list === 'connections')
        for (const { metadata } of draft.connections[position]!.routers) decisions.plainRouters.add(objectName(metadata));
      if (list === 'networks') network(position);
    }
  }
}

/** The entries of lists in whose lines an error is. */
function faulty({ findings, declaration, draft }: Attempt): [list: 'connections' | 'networks', position: number][] {
  const lines = findings.flatMap(({ severity, line }) => (severity === 'error' && line !== undefined ? [line] : []));
  return (['networks', 'connections'] as const).flatMap((list) => {
    const starts = draft[list].map((_, position) => declaration.source.valueAt(`/${list}/${position}`)?.line ?? 0);
    const after = declaration.source.keyAt(list === 'networks' ? '/connections' : '/extra')?.line ?? Number.POSITIVE_INFINITY;
    return starts.flatMap((start, position): [typeof list, number][] => {
      const end = starts[position + 1] ?? after;
      return lines.some((line) => start <= line && line < end) ? [[list, position]] : [];
    });
  });
}
