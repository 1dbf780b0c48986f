import type { components } from '@octokit/openapi-types';

/** A shape of GitHub's OpenAPI description, so that the compiler compares what the twin says with it. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

/** GitHub's opaque ids: some text that differs from thing to thing. */
export function nodeId(kind: string, id: number | string): string {
  return `${kind}_${Buffer.from(String(id)).toString('base64url')}`;
}
