import { createHash } from 'node:crypto';

/**
 * The name that git gives a file of this text (git-hash-object): a hash over `blob <bytes>`, a NUL and the content. `like`: a name of
 * the same repository; its length says whether the repository uses SHA-1 or SHA-256.
 */
export function blobId(text: string, like: string): string {
  const content = Buffer.from(text, 'utf8');
  return createHash(like.length === 64 ? 'sha256' : 'sha1')
    .update(`blob ${content.length}\0`)
    .update(content)
    .digest('hex');
}
