import { posix } from 'node:path';
import type { Files } from '../../src/ports/files.ts';

/** Files in memory, path → text. `changes` counts the calls that wrote. */
export function memoryFiles(files: Record<string, string>): Files & { files: Record<string, string>; changes: number } {
  const self = {
    files,
    changes: 0,
    read: async (path: string) => files[path],
    list: async (folder: string) =>
      Object.keys(files)
        .filter((path) => path.startsWith(`${folder}/`))
        .sort(),
    readAll: async (folder: string, wanted: (path: string) => boolean = () => true) =>
      (await self.list(folder)).filter(wanted).map((path): [string, string] => [path, files[path]!]),
    survey: async () => ({ outside: false, inRepository: true, oddities: [] }),
    spelling: (path: string) => posix.relative('/a/b/c', posix.join('/a/b/c', path)) || '.',
    change: async (write: Record<string, string>, remove: readonly string[]) => {
      self.changes += 1;
      Object.assign(files, write);
      for (const path of remove) delete files[path];
    },
  };
  return self;
}
