import type { DriftChange, DriftCluster, DriftDocument, KindOfDrift } from '../model/drift.ts';
import type { Finding } from '../model/finding.ts';
import { isUndeclared, isUnseen } from '../rules/conditions.ts';
import { pathTitle } from './diagnose-words.ts';
import { clusterNames } from './plan-verdict.ts';
import { excerpt } from './printable.ts';
import { counted } from './words.ts';

/** What happened, as people say it after a number. */
const WORD: Record<KindOfDrift, string> = {
  gone: 'gone',
  conflict: 'taken over',
  changed: 'changed',
  added: 'not approved',
};

/** Every kind of drift, in the order in which reports count them. */
export const KINDS_OF_DRIFT = Object.keys(WORD) as readonly KindOfDrift[];

/** One character per kind. */
export const DRIFT_SIGN: Record<KindOfDrift, string> = { gone: '-', conflict: '!', changed: '~', added: '+' };

/** So many broken paths are named; the document has all of them. */
const MOST_PATHS = 3;

/** "breaks 2 paths: cluster1 ns1/vn1 → cluster2 ns1/vn2 IPv4, …"; undefined: it breaks none. */
export function affectsText({ affects = [] }: Pick<DriftChange, 'affects'>): string | undefined {
  if (affects.length === 0) return undefined;
  const more = affects.length > MOST_PATHS ? ' …' : '';
  return `breaks ${counted(affects.length, 'path')}: ${affects.slice(0, MOST_PATHS).map(pathTitle).join(', ')}${more}`;
}

const AWAITING = 'approved, not applied yet';

/** "1 gone, 2 changed"; "no drift" for none. */
export function driftCounts(changes: readonly Pick<DriftChange, 'kindOfDrift' | 'awaitingApply'>[]): string {
  const drifted = changes.filter(({ awaitingApply }) => awaitingApply !== true);
  const parts = KINDS_OF_DRIFT.flatMap((kind) => {
    const count = drifted.filter(({ kindOfDrift }) => kindOfDrift === kind).length;
    return count === 0 ? [] : [`${count} ${WORD[kind]}`];
  });
  if (drifted.length < changes.length) parts.push(`${changes.length - drifted.length} ${AWAITING}`);
  return parts.length === 0 ? 'no drift' : parts.join(', ');
}

/** What happened to one object, in a word. */
export function driftWord({
  kindOfDrift,
  action,
  awaitingApply,
}: Pick<DriftChange, 'kindOfDrift' | 'action' | 'awaitingApply'>): string {
  if (awaitingApply === true) return AWAITING;
  return action === 'restart' ? 'not connected to CN2' : WORD[kindOfDrift];
}

const APPLY = 'what is approved is waiting for its apply: run that, or find out why it failed';
const NOT_AS_RENDERED = 'nothing was compared, rendered/ is not what was rendered';
const UNSEEN = 'what is left of extra is not known: see the findings';
const PENDING = 'a proposal is pending: the declaration is newer than what is rendered';

/** "upgrade from 22.2.0.93 to cn2.23.4.0.59 under way"; undefined: none is. */
export function upgradeUnderWayText({ upgrade }: Pick<DriftCluster, 'upgrade'>): string | undefined {
  return upgrade && `upgrade from ${excerpt(upgrade.from, TAG_LENGTH)} to ${excerpt(upgrade.to, TAG_LENGTH)} under way`;
}

const TAG_LENGTH = 128;

/** "Drift of guide"; a fleet that cannot be read has no name. */
export function driftTitle({ fleet }: Pick<DriftDocument, 'fleet'>, shown: (name: string) => string): string {
  return fleet === '' ? 'Drift' : `Drift of ${shown(fleet)}`;
}

/** The verdict in one sentence without markup. A cluster that was not seen is named as not judged, never as clean. */
export function driftSentence(document: DriftDocument & { findings?: readonly Finding[] }): string {
  const differing = document.clusters.filter(({ changes }) => changes.length > 0);
  const unknown = document.clusters.filter(({ status }) => status === 'unknown');
  const parts = [differing.length === 0 ? nothingText(document) : countsText(document)];
  if (unknown.length > 0) parts.push(`${clusterNames(unknown)} not judged`);
  if ((document.findings ?? []).some(isUnseen)) parts.push(UNSEEN);
  const secrets = document.clusters.reduce((sum, { notCompared = [] }) => sum + notCompared.length, 0);
  if (secrets > 0) parts.push(`${counted(secrets, 'Secret')} not compared`);
  if (document.clusters.some(({ changes }) => changes.some(({ awaitingApply }) => awaitingApply === true))) parts.push(APPLY);
  const upgraded = document.clusters.filter(({ upgrade }) => upgrade !== undefined);
  if (upgraded.length > 0) parts.push(`an upgrade is under way: ${clusterNames(upgraded)} not yet in the new release`);
  if (document.proposalPending) parts.push(PENDING);
  return parts.join('; ');
}

const MOST_NAMED = 4;

function countsText(document: DriftDocument): string {
  const differing = document.clusters.filter(({ changes }) => changes.length > 0);
  if (differing.length <= MOST_NAMED) {
    return differing.map(({ name, changes }) => `${driftCounts(changes)} on ${clusterNames([{ name }])}`).join('; ');
  }
  return `${driftCounts(differing.flatMap(({ changes }) => changes))} on ${differing.length} clusters`;
}

function nothingText(document: DriftDocument & { findings?: readonly Finding[] }): string {
  if (document.clusters.length === 0) return NOT_AS_RENDERED;
  const undeclared = (document.findings ?? []).filter(isUndeclared).length;
  if (undeclared > 0) return `${undeclared} not declared, but with the marks of the fleet: see the findings`;
  if (!document.complete || (document.findings ?? []).some(isUnseen)) return 'no drift seen';
  if (document.only !== undefined && document.only.length > 0) {
    return `no drift of what belongs to ${clusterNames(document.only.map((name) => ({ name })))}; nothing else was compared`;
  }
  return 'no drift, every cluster is as approved';
}
