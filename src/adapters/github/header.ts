import type { Marker, Notes, RunOrder } from '../../model/forge.ts';

/** The hidden first line of a text of ours: what it is, which run wrote it, and a digest of what it said then. */
export interface Header extends Marker, Partial<RunOrder> {
  content: string;
  /** What the tool wants to know again of this thing, as it was given; whoever may edit the text may have changed it. */
  notes?: unknown;
}

const FIRST_LINE = /^<!-- cn2-fleet (\{[^\n]*\}) -->(?:\r?\n|$)/;

/**
 * An HTML comment of one line. The JSON in it is plain ASCII without what could end the comment or would be read as a mention,
 * whatever the names are: such characters are JSON escapes.
 */
export function writeHeader({ kind, fleet, subject }: Marker, content: string, order?: RunOrder, notes?: Notes): string {
  const json = JSON.stringify({ schema: 1, kind, fleet, subject, run: order?.run, attempt: order?.attempt, content, notes });
  return `<!-- cn2-fleet ${json.replace(/[^\x20-\x7e]|[<>@#&`]|-(?=-)/g, escaped)} -->`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The header of a text; undefined where the text has none of ours as its first line. */
export function readHeader(text: string | null | undefined): Header | undefined {
  const json = FIRST_LINE.exec(text ?? '')?.[1];
  if (json === undefined) return undefined;
  try {
    const header = JSON.parse(json) as Header & { schema: unknown };
    return header.schema === 1 && typeof header.content === 'string' ? header : undefined;
  } catch {
    return undefined;
  }
}

/** True where a header stands for the same thing as a marker. */
export function isMarked(header: Header | undefined, marker: Marker): header is Header {
  return header?.kind === marker.kind && header.fleet === marker.fleet && header.subject === marker.subject;
}

/** The run that wrote a text; texts without one are older than any run. */
export function orderOf(header: Header): RunOrder {
  const number = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
  return { run: number(header.run), attempt: number(header.attempt) };
}

/** Negative where `a` ran before `b`, 0 for the same run. */
export function compareOrders(a: RunOrder, b: RunOrder): number {
  return a.run - b.run || a.attempt - b.attempt;
}
