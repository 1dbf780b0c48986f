import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitRepository } from '../../src/adapters/git/repository.ts';
import { nodeFiles } from '../../src/adapters/node/files.ts';
import { workflowTemplates } from '../../src/adapters/node/workflow-templates.ts';
import { initCommand } from '../../src/commands/init.ts';
import type { InitOptions } from '../../src/commands/set-up.ts';
import { PLAIN } from '../../src/model/style.ts';
import { initText } from '../../src/report/text/init.ts';
import { documents } from '../../src/verbs/init/document.schema.ts';

/** A repository of a user for `init`, with git and the real file system. */
export interface InitRepository extends Disposable {
  folder: string;
  read(path: string): string;
  write(path: string, text: string): void;
  /** Every file but git's own, sorted. */
  files(): string[];
  /** Runs init on a declaration, a path from the top. */
  init(declaration?: string, options?: Partial<InitOptions>): Promise<Awaited<ReturnType<typeof initCommand>> & { text: string }>;
}

export function initRepository(files: Record<string, string> = {}): InitRepository {
  const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-init-'));
  execFileSync('git', ['init', '--quiet', '-b', 'main', folder]);
  const write = (path: string, text: string) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  return {
    folder,
    write,
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    files: () =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
        .filter((path) => !path.startsWith('.git/'))
        .sort(),
    async init(declaration = 'clusters.yaml', options = {}) {
      const prefix = declaration.slice(0, declaration.lastIndexOf('/') + 1);
      const home = join(folder, prefix);
      mkdirSync(home, { recursive: true });
      const { document, conditions } = await initCommand(
        { files: nodeFiles(home), repository: gitRepository(home, process.env) },
        {
          file: declaration.slice(prefix.length),
          shownFile: declaration,
          shownFolder: prefix,
          rendered: 'rendered',
          templates: await workflowTemplates(),
          version: '0.1.0',
          ...options,
        },
      );
      documents.init.parse(document);
      return { document, conditions, text: initText(document, PLAIN) };
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
