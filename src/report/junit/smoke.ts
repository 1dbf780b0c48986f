import type { PairVerdict, SmokeDocument, VerdictWord } from '../../model/smoke.ts';
import { PLAIN } from '../../model/style.ts';
import { printable } from '../printable.ts';
import { changesSentence, changeWords } from '../smoke-changes.ts';
import { endpointTitle, smokeSentence, smokeTitle } from '../smoke-matrix.ts';
import { findingLines } from '../text/findings.ts';
import { type Element, xmlDocument } from './xml.ts';

/** What becomes of a test case that did not pass. */
const OUTCOME: Record<Exclude<VerdictWord, 'ok'>, 'failure' | 'error' | 'skipped'> = {
  unreachable: 'failure',
  degraded: 'failure',
  'unexpectedly-reachable': 'failure',
  inconclusive: 'error',
  'not-run': 'skipped',
};

interface Case {
  name: string;
  classname: string;
  seconds: number;
  /** Absent, or its output alone: it passed. */
  outcome?: Element;
}

/**
 * A smoke test as JUnit XML, as CI servers read it: a suite per cluster that measured, a case per path. The elements and attributes are
 * those that the schema of Jenkins knows.
 */
export function smokeJunit(document: SmokeDocument): string {
  const suites = [...Map.groupBy(document.pairs, ({ source }) => source.cluster)].map(([cluster, pairs]): [string, Case[]] => [
    printable(cluster),
    pairs.map((pair) => pathCase(pair, classname(document, cluster))),
  ]);
  if (document.findings !== undefined) suites.push(['rendered', [findingsCase(document)]]);
  const { tests, failures, errors, time } = countsOf(suites.flatMap(([, cases]) => cases));
  return xmlDocument({
    name: 'testsuites',
    attributes: { name: smokeTitle(document, printable), tests, failures, errors, time },
    content: suites.map(([name, cases]) => suite(document, name, cases)),
  });
}

function suite(document: SmokeDocument, name: string, cases: readonly Case[]): Element {
  return {
    name: 'testsuite',
    attributes: { name, ...countsOf(cases) },
    content: [properties(document), ...cases.map(caseElement)],
  };
}

function properties(document: SmokeDocument): Element {
  const { fleet, emulated, leftovers = [], baseline } = document;
  const changes = changesSentence(document);
  const property = (name: string, value: string): Element => ({
    name: 'property',
    attributes: { name, value: printable(value) },
  });
  return {
    name: 'properties',
    attributes: {},
    content: [
      property('fleet', fleet),
      property('emulated', String(emulated)),
      ...(baseline === undefined ? [] : [property('baseline', `${baseline.runId} of ${baseline.at}`)]),
      ...(changes === undefined ? [] : [property('changes', changes)]),
      ...leftovers.map((entry) => property('leftover', entry)),
    ],
  };
}

function countsOf(cases: readonly Case[]) {
  const count = (name: string) => cases.filter(({ outcome }) => outcome?.name === name).length;
  return {
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
    time: decimal(cases.reduce((sum, { seconds }) => sum + seconds, 0)),
  };
}

function caseElement({ name, classname, seconds, outcome }: Case): Element {
  return {
    name: 'testcase',
    attributes: { name, classname, time: decimal(seconds) },
    ...(outcome === undefined ? {} : { content: [outcome] }),
  };
}

/** A round trip takes microseconds: without an exponent, which not every reader knows. */
function decimal(seconds: number): string {
  return seconds.toFixed(6);
}

/** Readers that group take what stands before the last dot as a package. */
function classname({ fleet }: SmokeDocument, part: string): string {
  return [fleet, part]
    .filter((text) => text !== '')
    .map(printable)
    .join('.');
}

function pathCase(pair: PairVerdict, className: string): Case {
  const { source, target, family, verdict, rttMs } = pair;
  const name = `${endpointTitle(source)} → ${endpointTitle(target)} IP${family}`;
  const outcome = verdict === 'ok' ? remarkOf(pair) : { outcome: outcomeOf(pair, verdict) };
  return { name, classname: className, seconds: (rttMs?.median ?? 0) / 1000, ...outcome };
}

/** Of a path that passes: that it is repaired, or slower, as the output of its case. */
function remarkOf(pair: PairVerdict): Pick<Case, 'outcome'> {
  const change = changeWords(pair);
  return change === undefined ? {} : { outcome: { name: 'system-out', attributes: {}, content: change } };
}

function outcomeOf(pair: PairVerdict, verdict: Exclude<VerdictWord, 'ok'>): Element {
  const { expected, sent, received } = pair;
  const message = printable(pair.reason);
  const name = OUTCOME[verdict];
  if (name === 'skipped') return { name, attributes: { message } };
  // Some readers show the text alone, others the message alone.
  const packets = sent === 0 ? [] : [`${received} of ${sent} replies`];
  const change = changeWords(pair);
  const text = [`${verdict}: ${message}`, `expected: ${expected}`, ...packets, ...(change === undefined ? [] : [change])].join(
    '\n',
  );
  return { name, attributes: { type: verdict, message }, content: text };
}

/** Why nothing was measured: one case, so that no reader takes a report without paths for a good one. */
function findingsCase(document: SmokeDocument): Case {
  const text = findingLines(document.findings ?? [], PLAIN).join('\n');
  return {
    name: 'rendered/ is what was rendered',
    classname: classname(document, 'rendered'),
    seconds: 0,
    outcome: { name: 'error', attributes: { type: 'rendered', message: smokeSentence(document) }, content: text },
  };
}
