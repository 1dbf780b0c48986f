import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { replaceFile } from '../../binaries/replace-file.ts';

/**
 * SHA-256 of files, remembered by what the file system says of them (as git's index does): programs of a hundred megabytes
 * are read once, not at each look at the cache.
 */
export class FileDigests {
  readonly #path: string;
  readonly #known: Record<string, string>;

  private constructor(path: string, known: Record<string, string>) {
    this.#path = path;
    this.#known = known;
  }

  static async open(path: string): Promise<FileDigests> {
    try {
      return new FileDigests(path, JSON.parse(await readFile(path, 'utf8')));
    } catch {
      return new FileDigests(path, {}); // only a memory: without it everything is read again
    }
  }

  async of(file: string): Promise<string> {
    const { size, mtimeMs, ctimeMs, ino } = await stat(file);
    const key = `${file} ${size} ${mtimeMs} ${ctimeMs} ${ino}`;
    const known = this.#known[key];
    if (known !== undefined) return known;
    const hash = createHash('sha256');
    await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
    const digest = hash.digest('hex');
    for (const old of Object.keys(this.#known)) if (old.startsWith(`${file} `)) delete this.#known[old];
    this.#known[key] = digest;
    return digest;
  }

  async save(): Promise<void> {
    await replaceFile(this.#path, JSON.stringify(this.#known));
  }
}
