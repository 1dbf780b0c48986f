import { createHash } from 'node:crypto';
import type { Notes, RunOrder } from '../../model/forge.ts';
import { ForgeError, type KeptText } from '../../ports/forge.ts';
import { type Header, isMarked, readHeader, writeHeader } from './header.ts';

/** GitHub takes 65,536 characters for a comment or the body of an issue or pull request. */
const LONGEST = 65_535;
const LONGEST_BODY = 64_000;

/** A text as it is sent, and the digest by which the next run knows that nothing has changed. */
export interface WrittenText {
  text: string;
  content: string;
}

interface More {
  title?: string;
  order?: RunOrder;
  notes?: Notes;
  /** Something that goes with the text is still to be written: the next run does not take it for done. */
  unfinished?: true;
}

/** Header, body and footer of a kept text. Throws ForgeError (rejected) where it is too long for GitHub: nothing has been sent. */
export function written({ marker, body, footer }: KeptText, more: More = {}): WrittenText {
  const { title, notes } = more;
  const content = digest([
    ...(title === undefined ? [] : [title]),
    body,
    ...(notes === undefined ? [] : [JSON.stringify(notes)]),
  ]);
  const header = writeHeader(marker, more.unfinished === true ? 'unfinished' : content, more.order, notes);
  const text = `${header}\n${body}${footer === undefined ? '' : `\n\n${footer}`}`;
  const bytes = Buffer.byteLength(text);
  if (Buffer.byteLength(body) > LONGEST_BODY || bytes > LONGEST) {
    throw new ForgeError(`a text of kind ${marker.kind} is too long for GitHub: ${bytes} bytes of at most ${LONGEST}`, {
      reason: 'rejected',
      hint: `its body may have ${LONGEST_BODY} bytes; nothing was sent`,
    });
  }
  return { text, content };
}

/** Digest of texts, as it is in headers. */
export function digest(parts: readonly string[]): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;
}

/** The header of a text under the marker that `login` has written; undefined for anybody else's, whatever it claims to be. */
export function ownHeader(
  text: { body?: string | null; user: { login: string } | null },
  marker: KeptText['marker'],
  login: string,
): Header | undefined {
  if (text.user?.login !== login) return undefined;
  const header = readHeader(text.body);
  return isMarked(header, marker) ? header : undefined;
}
