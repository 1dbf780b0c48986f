import { isFailed, isUnjudged } from '../expectation/smoke-document.ts';
import type { Fleet } from '../model/fleet.ts';
import { present } from '../model/present.ts';
import type { SmokeDocument } from '../model/smoke.ts';
import { changesSentence } from '../report/smoke-changes.ts';
import { openPaths, otherMeans, smokeSentence, smokeTitle, translatedPaths } from '../report/smoke-matrix.ts';
import { EMULATED_NOTE } from '../report/words.ts';
import type { Note, PageData, Tone } from './page-data.ts';
import { drawnTopology, topologyOfPaths } from './topology.ts';

/** The page of a smoke test; `fleet`: absent where it cannot be read. */
export function smokePage(document: SmokeDocument, fleet: Fleet | undefined, version: string): PageData {
  const { pairs, diagnoses = [], means = [], leftovers = [], findings = [], emulated, at } = document;
  return {
    title: smokeTitle(document, (name) => name),
    verdict: { tone: toneOf(document), sentence: smokeSentence(document) },
    ...present({ emulated: emulated ? EMULATED_NOTE : undefined }),
    notes: notesOf(document),
    findings: [...findings],
    topology: fleet === undefined ? topologyOfPaths(document) : drawnTopology({ fleet, smoke: document }),
    smoke: { pairs, diagnoses, means, leftovers, ...present({ at, changed: changesSentence(document) }) },
    version,
  };
}

function toneOf({ pairs, findings }: SmokeDocument): Tone {
  if (findings !== undefined || pairs.some(({ verdict }) => isFailed(verdict))) return 'bad';
  return pairs.length === 0 || pairs.some(({ verdict }) => isUnjudged(verdict)) ? 'unknown' : 'good';
}

function notesOf(document: SmokeDocument): Note[] {
  const { leftovers = [] } = document;
  const open = openPaths(document);
  const means = otherMeans(document);
  const translated = translatedPaths(document);
  return [
    ...(leftovers.length === 0 ? [] : [{ tone: 'warn' as const, title: 'Could not be removed', lines: [...leftovers] }]),
    ...(open.length === 0 ? [] : [{ tone: 'unknown' as const, title: 'Nothing is expected of some paths', lines: open }]),
    ...(translated.length === 0
      ? []
      : [{ tone: 'warn' as const, title: 'Addresses are translated on the way', lines: translated }]),
    ...(means.length === 0 ? [] : [{ tone: 'unknown' as const, lines: means }]),
  ];
}
