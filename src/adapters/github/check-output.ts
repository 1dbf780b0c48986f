import type { Annotation, CheckOutput } from '../../model/forge.ts';
import { ForgeError } from '../../ports/forge.ts';

/** GitHub accepts this many annotations per request. */
export const ANNOTATIONS_PER_REQUEST = 50;
/** More would help nobody; every fifty need another request. */
const MOST_ANNOTATIONS = 1000;
const LONGEST_TITLE = 255;
const LONGEST_SUMMARY = 65_535;
/** 64 KB for a message, with room for a note about the rest. */
const LONGEST_MESSAGE = 64_000;

export interface GithubAnnotation {
  path: string;
  start_line: number;
  end_line: number;
  start_column?: number;
  end_column?: number;
  annotation_level: 'notice' | 'warning' | 'failure';
  title: string;
  message: string;
}

/** What a check run shows, in GitHub's form and within its limits. Throws ForgeError (rejected) for a summary that is too long. */
export function checkOutput({ title, summary, annotations }: CheckOutput): {
  title: string;
  summary: string;
  annotations: GithubAnnotation[];
} {
  if (summary.length > LONGEST_SUMMARY) {
    throw new ForgeError(
      `the summary of a check run is too long for GitHub: ${summary.length} of at most ${LONGEST_SUMMARY} characters`,
      {
        reason: 'rejected',
        hint: 'nothing was sent',
      },
    );
  }
  return { title: cut(title, LONGEST_TITLE), summary, annotations: annotations.slice(0, MOST_ANNOTATIONS).map(annotation) };
}

/** A column is allowed where start and end are on one line. */
function annotation({ path, line, column, level, title, message }: Annotation): GithubAnnotation {
  return {
    path,
    start_line: line,
    end_line: line,
    ...(column === undefined ? {} : { start_column: column, end_column: column }),
    annotation_level: level,
    title: cut(title, LONGEST_TITLE),
    message: cut(message, LONGEST_MESSAGE),
  };
}

/** At most this many bytes, never half a character. */
function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const end = '…';
  let length = Buffer.byteLength(end);
  let kept = '';
  for (const character of text) {
    length += Buffer.byteLength(character);
    if (length > bytes) break;
    kept += character;
  }
  return `${kept}${end}`;
}
