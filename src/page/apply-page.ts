import type { ApplyDocument } from '../model/apply.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import { present } from '../model/present.ts';
import { bySeverity } from '../report/findings-order.ts';
import { failedSteps, leftSteps, outcomeWords } from '../report/outcome-words.ts';
import { smokeSentence } from '../report/smoke-matrix.ts';
import { counted, EMULATED_NOTE } from '../report/words.ts';
import type { Note, PageData, Tone } from './page-data.ts';
import { smokePage } from './smoke-page.ts';
import { drawnTopology } from './topology.ts';

type Applied = ApplyDocument & { findings: readonly Finding[] };

/** The page of an apply: how it ended, and the smoke test that followed. */
export function applyPage(document: Applied, fleet: Fleet | undefined, version: string): PageData {
  const { smoke, emulated } = document;
  const measured = smoke && smokePage(smoke, fleet, version);
  const ended = outcomeWords(document);
  return {
    title: document.fleet === '' ? 'Apply' : `Apply of ${document.fleet}`,
    verdict: {
      tone: worse(toneOf(document), measured?.verdict.tone ?? 'good'),
      sentence: smoke === undefined ? ended : `${ended}; smoke test: ${smokeSentence(smoke)}`,
    },
    ...present({ emulated: emulated === true ? EMULATED_NOTE : measured?.emulated }),
    notes: [...notesOf(document), ...(measured?.notes ?? [])],
    findings: [...bySeverity(document.findings), ...(measured?.findings ?? [])],
    ...present({
      topology: measured?.topology ?? (fleet && drawnTopology({ fleet })),
      smoke: measured?.smoke,
    }),
    version,
  };
}

function toneOf({ outcome, findings }: Applied): Tone {
  if (outcome === 'done' || outcome === 'nothing') return 'good';
  return outcome === 'stopped' && !findings.some(({ severity }) => severity === 'error') ? 'warn' : 'bad';
}

const RANK: readonly Tone[] = ['bad', 'unknown', 'warn', 'good'];

function worse(a: Tone, b: Tone): Tone {
  return RANK.indexOf(a) < RANK.indexOf(b) ? a : b;
}

function notesOf(document: Applied): Note[] {
  const { steps, reason } = document;
  const line = ({ cluster, stage, object, ...step }: ApplyDocument['steps'][number]) =>
    `${cluster} ${stage} ${object}: ${step.reason ?? step.result}`;
  const seconds = steps.reduce((sum, step) => sum + step.seconds, 0);
  const notes: Note[] = [
    { tone: 'bad', lines: reason === undefined ? [] : [reason] },
    { tone: 'bad', title: 'Failed', lines: failedSteps(document).map(line) },
    { tone: 'warn', title: 'Left behind', lines: leftSteps(document).map(line) },
    { tone: 'good', lines: steps.length === 0 ? [] : [`${counted(steps.length, 'step')}, ${seconds.toFixed(1)} s of work`] },
  ];
  return notes.filter(({ lines }) => lines.length > 0);
}
