import { sha256 } from '../declare/digest.ts';

const HEADER = /^# cn2-fleet init: (sha256:[0-9a-f]{64})[^\n]*\n/;

/** A workflow as init writes it: its first line has the digest of the rest, by which a change of it is seen. */
export function sealed(body: string): string {
  return `# cn2-fleet init: ${sha256(body)} (change freely: an adapted file is never overwritten)\n${body}`;
}

/** A workflow that is there, with line ends of Unix: the digest that init put into its first line, if any, and the rest. */
export function opened(text: string): { digest?: string; body: string } {
  const lines = text.replaceAll('\r\n', '\n');
  const [header, digest] = HEADER.exec(lines) ?? [];
  return header === undefined || digest === undefined ? { body: lines } : { digest, body: lines.slice(header.length) };
}

/** Whether init has written a workflow and nobody has changed it since. Line ends of Windows are not a change. */
export function isSealed(text: string): boolean {
  const { digest, body } = opened(text);
  return digest === sha256(body);
}
