import type { IncomingMessage } from 'node:http';
import type { ExecRefusal } from '../../ports/cluster.ts';

/** No more than this of a refusal's body is read. */
const LARGEST = 64 * 1024;

export interface Refusal {
  reason: string;
  refused?: ExecRefusal;
}

/** The API server's own words for a refusal (it answers with a Status object), else its HTTP status; and what that says about the next exec. */
export async function readRefusal(response: IncomingMessage): Promise<Refusal> {
  const code = response.statusCode ?? 0;
  const reason = `exec was refused with HTTP status ${code}`;
  const status = statusOf(await textOf(response));
  // Not the API server's words: whatever stands before it does not carry a WebSocket.
  if (status === undefined) return { reason, refused: 'handshake' };
  const refused = refusalBy(code, status.message);
  const words = status.message === '' ? reason : `${reason}: ${status.message.slice(0, 300)}`;
  return { reason: words, ...(refused === undefined ? {} : { refused }) };
}

/** 422 is what a ValidatingAdmissionPolicy answers unless told otherwise; a webhook may choose any code. */
function refusalBy(code: number, message: string): ExecRefusal | undefined {
  if (code === 403 || code === 422 || /denied (?:the )?request/.test(message)) return 'forbidden';
  // The API server itself, where a proxy has taken the Upgrade header out.
  return code === 400 && /upgrade/i.test(message) ? 'handshake' : undefined;
}

function statusOf(text: string | undefined): { message: string } | undefined {
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    if (typeof parsed !== 'object' || parsed === null || (parsed as { kind?: unknown }).kind !== 'Status') return undefined;
    const { message } = parsed as { message?: unknown };
    return { message: typeof message === 'string' ? message : '' };
  } catch {
    return undefined;
  }
}

async function textOf(response: IncomingMessage): Promise<string | undefined> {
  try {
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of response as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > LARGEST) return undefined;
      parts.push(part);
    }
    return Buffer.concat(parts).toString('utf8');
  } catch {
    return undefined;
  } finally {
    response.destroy();
  }
}
