import type { IncomingMessage } from 'node:http';
import { Problem } from './problem.ts';

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The JSON object of a request; {} where it has no body. Throws 400 in GitHub's words. */
export function parseBody(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    throw new Problem(400, 'Problems parsing JSON');
  }
  throw new Problem(400, 'Body should be a JSON object');
}
