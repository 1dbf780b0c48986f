import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Why act cannot be built and run here; undefined: it can. */
export const NO_ACT: string | undefined = process.platform !== 'linux' ? 'it needs Linux' : missingGo();

/** A git repository octo/fleet of its own and Actions beside it, below one folder. */
export interface ActRepository extends Disposable {
  /** The repository: a source for `runWorkflow`, served below `server`. */
  source: string;
  /** A file: URL that stands in for the server of the run. */
  server: string;
  git(...words: string[]): string;
  /** Writes files into the repository and commits them; the commit's id. */
  commit(files: Readonly<Record<string, string>>): string;
  /** Writes an Action's files into a folder of its own. */
  action(name: string, files: Readonly<Record<string, string>>): string;
}

/** An empty repository on branch main. */
export function actRepository(): ActRepository {
  const root = mkdtempSync(join(tmpdir(), 'cn2-fleet-test-'));
  const source = join(root, 'server/octo/fleet');
  mkdirSync(source, { recursive: true });
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.test'];
  const git = (...words: string[]) => execFileSync('git', ['-C', source, ...identity, ...words], { encoding: 'utf8' }).trim();
  git('init', '--quiet', '-b', 'main');
  return {
    source,
    server: pathToFileURL(join(root, 'server')).href,
    git,
    commit(files) {
      write(source, files);
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '-m', 'change');
      return git('rev-parse', 'HEAD');
    },
    action(name, files) {
      write(join(root, name), files);
      return join(root, name);
    },
    [Symbol.dispose]() {
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, { mode: path.endsWith('.sh') ? 0o755 : 0o644 });
  }
}

function missingGo(): string | undefined {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'it needs Go';
  }
}
