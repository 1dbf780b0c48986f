import type { DiagnoseDocument, Evidence, JudgedPath, PathState } from '../model/diagnose.ts';
import { excerpt } from './printable.ts';
import { endpointTitle } from './smoke-matrix.ts';
import { counted } from './words.ts';

const STATE_WORDS: Readonly<Record<PathState, string>> = { wrong: 'wrong', right: 'as declared', unknown: 'not known' };
/** Longest reason that a report quotes. */
const REASON = 400;

/** "Diagnosis of guide: 16 paths, 2 wrong, 14 not known". */
export function diagnoseSentence({ paths, findings }: DiagnoseDocument): string {
  if (findings !== undefined) return 'nothing was looked at, rendered/ is not what was rendered';
  const parts = (['wrong', 'right', 'unknown'] as const).flatMap((state) => {
    const count = paths.filter((path) => path.state === state).length;
    return count === 0 ? [] : [`${count} ${STATE_WORDS[state]}`];
  });
  return [counted(paths.length, 'path'), ...parts].join(', ');
}

/** What is known of packets, and what would tell more; undefined: all that was asked is known. */
export function evidenceText({ evidence, paths, findings }: DiagnoseDocument): string | undefined {
  if (findings !== undefined) return undefined;
  const open = paths.some(({ state }) => state === 'unknown');
  const measure = open ? ': cn2-fleet smoke measures what only packets can tell' : '';
  return `${sourceText(evidence)}${measure}`;
}

function sourceText({ from, reason }: Evidence): string {
  if (from === 'none') return `by the objects alone, ${excerpt(reason ?? 'nothing was measured', REASON)}`;
  return from === 'file'
    ? 'by the objects as they are, and by the given evidence'
    : 'by the objects as they are, and by the smoke tests that the central cluster has kept';
}

/** Paths whose state is not explained by a cause that is said already: why it is not known. */
export function unknownPaths({ paths }: DiagnoseDocument): { why: string; paths: JudgedPath[] }[] {
  const unknown = paths.filter(({ state }) => state === 'unknown');
  return [...Map.groupBy(unknown, whyUnknown)].map(([why, found]) => ({ why, paths: found }));
}

function whyUnknown({ last, outdated }: JudgedPath): string {
  if (last === undefined) return 'nothing was measured';
  const was = `${last.verdict}${last.at === undefined ? '' : ` at ${excerpt(last.at, 40)}`}`;
  if (outdated !== undefined) return `was ${was}, but ${excerpt(outdated, REASON)}`;
  return last.verdict === 'ok' ? `was ${was}, and cannot be looked at now` : `was ${was}: ${excerpt(last.reason, REASON)}`;
}

/** "cluster1 ns1/vn1 → cluster2 ns1/vn2 IPv4". */
export function pathTitle({ source, target, family }: Pick<JudgedPath, 'source' | 'target' | 'family'>): string {
  return `${endpointTitle(source)} → ${endpointTitle(target)} IP${family}`;
}
