import { isFailed } from '../expectation/smoke-document.ts';
import type { LostPings, PathContinuity, RehearsalDocument, RehearsalOutcome } from '../model/rehearse.ts';
import { interruptionText } from './interruption-words.ts';
import { actionCounts, planTotals } from './plan-summary.ts';
import { endpointTitle, smokeSentence } from './smoke-matrix.ts';
import { counted, listed } from './words.ts';

const OUTCOMES: Readonly<Record<RehearsalOutcome, string>> = {
  passed: 'applied, all paths as declared',
  broken: 'applied, but not all paths are as declared',
  failed: 'not carried out to its end',
  refused: 'refused by the rules',
  nothing: 'nothing to rehearse',
};

/** "Rehearsal of guide: applied, all paths as declared". */
export function rehearsalSentence({ fleet, outcome, smoke }: RehearsalDocument, shown: (name: string) => string): string {
  const broken = outcome === 'passed' && smoke?.pairs.some(({ verdict }) => isFailed(verdict)) === true;
  const words = broken ? 'applied, what is broken was so before the change' : OUTCOMES[outcome];
  return `Rehearsal${fleet === '' ? '' : ` of ${shown(fleet)}`}: ${words}`;
}

export function isGood({ outcome }: Pick<RehearsalDocument, 'outcome'>): boolean {
  return outcome === 'passed' || outcome === 'nothing';
}

/** What the lab was, and what was done in it: a sentence each, without foreign text but names. */
export function courseLines(document: RehearsalDocument): string[] {
  const { from, before, rehearsed, plan, leftOut, remarks } = document;
  const short = from?.commit.slice(0, 8);
  return [
    ...(rehearsed.length === 0 ? [] : [`in the lab: ${listed(rehearsed)}`]),
    ...leftOut.map(({ cluster, reason }) => `left out: ${cluster}, ${reason}`),
    ...(from === undefined || before === undefined ? [] : [`before, at ${from.ref} (${short}): ${smokeSentence(before)}`]),
    ...(plan === undefined ? [] : [`the ${from === undefined ? 'plan' : 'change'}: ${actionCounts(planTotals(plan).changes)}`]),
    ...remarks,
  ];
}

/** "cluster1 ns1/vn1 → cluster2 ns1/vn2 IPv4". */
function pathTitle({ source, target, family }: Pick<PathContinuity, 'source' | 'target' | 'family'>): string {
  return `${endpointTitle(source)} → ${endpointTitle(target)} IP${family}`;
}

/** How long pings were lost, when, and whether the plan had said so. */
function lostText({ from, lost, seconds, planned, lasting }: LostPings): string {
  const words = interruptionText({ disrupts: planned.map((what) => ({ what, where: '' })) });
  const foreseen = words === undefined ? 'the plan says of nothing there that it interrupts' : `as planned: ${words}`;
  const still = lasting === true ? ' and not back at the end' : '';
  return `interrupted for ${seconds} s from ${timeOfDay(from)}${still} (${counted(lost, 'ping')} lost), ${foreseen}`;
}

/** Whiles of a path of which nothing can be said. */
function unmeasuredText({ from, to, reason }: PathContinuity['unmeasured'][number]): string {
  return `not measured from ${timeOfDay(from)} to ${timeOfDay(to)}: ${reason}`;
}

/** The paths with their lines, those with something to say; and a sentence about all of them. */
export function continuityWords({ continuity }: RehearsalDocument): {
  sentence: string;
  paths: { title: string; lines: string[] }[];
} {
  const paths = continuity?.paths ?? [];
  const told = paths.filter(({ interruptions, unmeasured }) => interruptions.length + unmeasured.length > 0);
  const interrupted = paths.filter(({ interruptions }) => interruptions.length > 0).length;
  const partly = paths.filter(({ unmeasured }) => unmeasured.length > 0).length;
  const each = `a ping every ${(continuity?.intervalMs ?? 0) / 1000} s along ${counted(paths.length, 'path')} that stay${paths.length === 1 ? 's' : ''} open, from ${timeOfDay(continuity?.from)} to ${timeOfDay(continuity?.to)}`;
  const found = [
    ...(interrupted === 0 ? [] : [`${interrupted} interrupted`]),
    ...(partly === 0 ? [] : [`${partly} not measured all the while`]),
  ];
  return {
    sentence:
      paths.length === 0
        ? 'No path stays open in the lab, so what the change interrupts was not measured.'
        : `While the change was applied (${each}): ${found.length === 0 ? 'no ping was lost' : listed(found)}.`,
    paths: told.map((path) => ({
      title: pathTitle(path),
      lines: [...path.interruptions.map(lostText), ...path.unmeasured.map(unmeasuredText)],
    })),
  };
}

/** "12 s apply the base, 30 s …". */
export function tookText({ took }: RehearsalDocument): string {
  return took.map(({ part, seconds }) => `${part} ${seconds.toFixed(0)} s`).join(', ');
}

/** Of an RFC 3339 time in UTC. */
function timeOfDay(time = ''): string {
  return time.slice(11, 21);
}
