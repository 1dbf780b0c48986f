import type { Cause, Fault } from '../../lab/faults/fault.ts';
import type { Ends } from '../../lab/faults/scene.ts';
import { isThere } from '../../lab/faults/where.ts';
import { pairKey } from '../../src/expectation/expect.ts';
import type { Diagnosis, PairVerdict, SmokeDocument, VerdictWord } from '../../src/model/smoke.ts';

export interface Injected {
  fault: Fault;
  ends: Ends;
  /** Names of the objects that it has changed or made. */
  objects: readonly string[];
  bytes: number;
}

/** In what a smoke test says something else than the table of faults: nothing where all is right. */
export function whatIsFalse(document: SmokeDocument, injected: Injected): string[] {
  const { fault } = injected;
  const wanted = new Map(document.pairs.map((pair) => [pairKey(pair), wantedVerdict(pair, document, injected)]));
  const verdicts = document.pairs.flatMap((pair) => {
    const verdict = wanted.get(pairKey(pair));
    return pair.verdict === verdict ? [] : [`${pairKey(pair)} is ${pair.verdict}, not ${verdict}: ${pair.reason}`];
  });
  const named = document.pairs.filter((pair) => isNamedBy(fault, pair, document, injected.ends));
  return [
    ...verdicts,
    ...falseCauses(document.diagnoses ?? [], named, injected),
    ...falseSizes(named, injected),
    ...falseMeans(document, injected),
    ...falseLeftovers(document, fault),
  ];
}

function isNamedBy({ says }: Fault, pair: PairVerdict, { pairs }: SmokeDocument, ends: Ends): boolean {
  return says.paths.some(({ where }) => isThere(where, pair, ends, pairs));
}

function wantedVerdict(pair: PairVerdict, { pairs }: SmokeDocument, { fault, ends }: Injected): VerdictWord {
  return fault.says.paths.find(({ where }) => isThere(where, pair, ends, pairs))?.verdict ?? 'ok';
}

/** Every cause is named, none else, and together they explain each path that the table names, once. */
function falseCauses(diagnoses: readonly Diagnosis[], named: readonly PairVerdict[], { fault, objects }: Injected): string[] {
  const { causes } = fault.says;
  const unknown = diagnoses.filter((diagnosis) => !causes.some((cause) => isNamed(cause, diagnosis, objects)));
  const unsaid = causes.filter((cause) => !diagnoses.some((diagnosis) => isNamed(cause, diagnosis, objects)));
  const explained = diagnoses.flatMap(({ paths }) => paths.map(pairKey)).sort();
  const toExplain = named.map(pairKey).sort();
  return [
    ...unknown.map(
      ({ rung, cause, object }) => `a false cause: ${rung}: ${cause} (${object?.kind ?? 'no object'} ${object?.name ?? ''})`,
    ),
    ...unsaid.map(({ rung, kind, words }) => `not said: ${rung} ${kind ?? ''} ${words}`),
    ...(explained.join() === toExplain.join() ? [] : [`explained are ${explained.join(', ')}, not ${toExplain.join(', ')}`]),
  ];
}

function isNamed({ rung, kind, words }: Cause, diagnosis: Diagnosis, objects: readonly string[]): boolean {
  const { object } = diagnosis;
  const isObject = kind === undefined || (object?.kind === kind && objects.includes(object.name));
  return diagnosis.rung === rung && diagnosis.cause.includes(words) && isObject;
}

function falseSizes(named: readonly PairVerdict[], { fault, bytes }: Injected): string[] {
  if (!fault.says.largestPacket) return [];
  return named.flatMap((pair) => (pair.mtu === bytes ? [] : [`${pairKey(pair)} passes ${pair.mtu} bytes, not ${bytes}`]));
}

function falseMeans({ means = [] }: SmokeDocument, { fault, ends }: Injected): string[] {
  const { echo = 'ping-socket' } = fault.says;
  const other = means.find((each) => each.echo !== (each.cluster === ends.cluster ? echo : 'ping-socket'));
  return other === undefined ? [] : [`${other.cluster} is measured by ${other.echo}: ${other.reason}`];
}

function falseLeftovers({ leftovers = [] }: SmokeDocument, { says }: Fault): string[] {
  if (says.leftovers === 'always' && leftovers.length === 0) return ['nothing is said to be left'];
  return says.leftovers === undefined ? leftovers.map((left) => `left: ${left}`) : [];
}
