import type { Files } from '../ports/files.ts';

/** The files of a work tree as they would be with some texts written; nothing is, and nothing can be. Paths as `list` writes them. */
export function overlaid(files: Files, write: Readonly<Record<string, string>>): Files {
  const own = (path: string) => (Object.hasOwn(write, path) ? write[path] : undefined);
  return {
    read: async (path) => own(path) ?? files.read(path),
    list: (folder) => files.list(folder),
    readAll: async (folder, wanted) =>
      (await files.readAll(folder, wanted)).map(([path, text]): [string, string] => [path, own(path) ?? text]),
    survey: (path) => files.survey(path),
    spelling: (path) => files.spelling(path),
    change: async () => {
      throw new Error('files that are only looked at are not written');
    },
  };
}
