import type { PathFacts } from '../model/path-facts.ts';
import type { Files } from '../ports/files.ts';

/** A declaration whose rendered folder is in memory alone. */
export interface Rehearsed {
  /** Name of the declaration in its folder. */
  file: string;
  /** Its text in the lab. */
  text: string;
  /** The rendered folder, relative to the declaration's folder. */
  rendered: string;
}

const PLAIN: PathFacts = { outside: false, inRepository: true, oddities: [] };

/**
 * The files of a rehearsal: those of a work tree or of a commit, which are only read; the declaration as the lab has it, and what is
 * rendered in the lab instead of what is rendered there. `written`: path → text of the rendered folder, which the next
 * declaration finds as it was left.
 */
export function rehearsalFiles(source: Files, { file, text, rendered }: Rehearsed, written: Map<string, string>): Files {
  const isRendered = (path: string) => path === rendered || path.startsWith(`${rendered}/`);
  const below = (folder: string) => [...written.keys()].filter((path) => path.startsWith(`${folder}/`)).sort();
  const own: Files = {
    async read(path) {
      if (path === file) return text;
      return isRendered(path) ? written.get(path) : source.read(path);
    },
    async list(folder) {
      return isRendered(folder) ? below(folder) : (await source.list(folder)).filter((path) => !isRendered(path));
    },
    async readAll(folder, wanted = () => true) {
      if (isRendered(folder))
        return below(folder)
          .filter(wanted)
          .map((path) => [path, written.get(path) ?? '']);
      return source.readAll(folder, (path) => !isRendered(path) && wanted(path));
    },
    survey: async (path) => (path === file || isRendered(path) ? PLAIN : source.survey(path)),
    spelling: (path) => source.spelling(path),
    async change(write, remove) {
      const elsewhere = [...Object.keys(write), ...remove].find((path) => !isRendered(path));
      if (elsewhere !== undefined) throw new Error(`a rehearsal writes nothing but what is rendered, not ${elsewhere}`);
      for (const [path, content] of Object.entries(write)) written.set(path, content);
      for (const path of remove) written.delete(path);
    },
  };
  return own;
}
