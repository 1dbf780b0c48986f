/** An annotation as a step asks for it. */
export interface StepAnnotation {
  level: 'error' | 'warning' | 'notice';
  message: string;
  properties: Record<string, string>;
}

/** GitHub shows ten annotations of a level per step (docs.github.com, "Usage limits"; actions/runner, ExecutionContext). */
const PER_LEVEL = 10;
/** Bytes of a step's summary; above it the runner uploads nothing of it. */
const SUMMARY_BYTES = 1_048_576;

/** The annotations that a step's lines make, those that GitHub keeps, and how many it drops. */
export function shownAnnotations(lines: readonly string[]): { shown: StepAnnotation[]; dropped: number } {
  const all = lines.flatMap((line) => {
    const match = /^::(error|warning|notice)(?: ([^:]*))?::(.*)$/.exec(line);
    if (match === null) return [];
    const properties = (match[2] ?? '').split(',').filter((pair) => pair.includes('='));
    return [
      {
        level: match[1] as StepAnnotation['level'],
        message: unescaped(match[3]!),
        properties: Object.fromEntries(properties.map((pair) => [pair.split('=')[0]!, unescaped(pair.replace(/^[^=]*=/, ''))])),
      },
    ];
  });
  const shown = all.filter(
    (annotation, index) => all.slice(0, index).filter(({ level }) => level === annotation.level).length < PER_LEVEL,
  );
  return { shown, dropped: all.length - shown.length };
}

/** The summary that GitHub shows: all of it or nothing. */
export function shownSummary(markdown: string): string {
  return Buffer.byteLength(markdown) > SUMMARY_BYTES ? '' : markdown;
}

function unescaped(text: string): string {
  const characters: Record<string, string> = { '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',', '%25': '%' };
  return text.replace(/%(0D|0A|3A|2C|25)/g, (code) => characters[code]!);
}
