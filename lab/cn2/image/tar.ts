import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** One member of an archive; paths are relative, with '/'. */
export type TarEntry =
  | { kind: 'folder'; path: string; mode: number }
  | { kind: 'link'; path: string; target: string }
  | { kind: 'text'; path: string; mode: number; text: string }
  /** The content of a file of this host, without its owner, times and extended attributes (a ping loses its capability). */
  | { kind: 'copy'; path: string; mode: number; source: string };

const BLOCK = 512;

/** An archive in the ustar format, byte for byte the same for the same entries. Throws for a path beyond 100 bytes. */
export async function* tarOf(entries: readonly TarEntry[]): AsyncGenerator<Buffer> {
  for (const entry of entries) {
    if (entry.kind === 'copy') {
      const { size } = await stat(entry.source);
      yield header(entry, size);
      let read = 0;
      for await (const chunk of createReadStream(entry.source, { highWaterMark: 1 << 20 })) {
        read += (chunk as Buffer).length;
        yield chunk as Buffer;
      }
      if (read !== size) throw new Error(`${entry.source} changed while it was read`);
      yield padding(size);
    } else {
      const content = entry.kind === 'text' ? Buffer.from(entry.text) : Buffer.alloc(0);
      yield Buffer.concat([header(entry, content.length), content, padding(content.length)]);
    }
  }
  yield Buffer.alloc(2 * BLOCK);
}

function header(entry: TarEntry, size: number): Buffer {
  const path = entry.kind === 'folder' ? `${entry.path}/` : entry.path;
  const target = entry.kind === 'link' ? entry.target : '';
  if (Buffer.byteLength(path) > 100 || Buffer.byteLength(target) > 100) throw new Error(`path too long for an archive: ${path}`);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`;
  block.write(path, 0);
  block.write(octal(entry.kind === 'link' ? 0o777 : entry.mode, 8), 100);
  block.write(octal(0, 8), 108); // owner: root
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136); // time: always the epoch
  block.write('        ', 148);
  block.write({ folder: '5', link: '2', text: '0', copy: '0' }[entry.kind], 156);
  block.write(target, 157);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}
