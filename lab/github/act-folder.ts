import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a run of act needs on disk, all below one folder that only this user can read and that is removed at the end. */
export interface ActFolder extends AsyncDisposable {
  root: string;
  /** The clone that act works in. */
  clone: string;
  home: string;
  /** Where the job has its workspace and temporary files. */
  cache: string;
  /** YAML: secrets, the token among them. Mode 600. */
  secrets: string;
  /** YAML: variables of the job. */
  environment: string;
  /** The event's payload. */
  event: string;
  /** PATH of act and so of every step. */
  path: string;
}

export interface ActFolderContent {
  secrets: Readonly<Record<string, string>>;
  environment: Readonly<Record<string, string>>;
  event: object;
  /** The `node` that steps find on PATH. */
  node: string;
}

const HOST_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** An empty folder for a run. */
export async function makeActFolder(): Promise<ActFolder> {
  const root = await mkdtemp(join(tmpdir(), 'cn2-fleet-act-'));
  const at = (name: string) => join(root, name);
  return {
    root,
    clone: at('clone'),
    home: at('home'),
    cache: at('cache'),
    secrets: at('secrets.yaml'),
    environment: at('environment.yaml'),
    event: at('event.json'),
    path: [at('shell'), at('bin'), HOST_PATH].join(':'),
    async [Symbol.asyncDispose]() {
      await rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** Writes what act reads. JSON is YAML, so values of several lines stay as they are. */
export async function fillActFolder(folder: ActFolder, content: ActFolderContent): Promise<void> {
  const toolCache = join(folder.cache, 'tool_cache/node/bin');
  for (const path of [folder.home, toolCache, join(folder.root, 'shell'), join(folder.root, 'bin')]) {
    await mkdir(path, { recursive: true });
  }
  await Promise.all([
    writeFile(folder.secrets, JSON.stringify(content.secrets), { mode: 0o600 }),
    writeFile(folder.environment, JSON.stringify(content.environment)),
    writeFile(folder.event, JSON.stringify(content.event)),
    symlink(join(import.meta.dirname, 'act-shell.sh'), join(folder.root, 'shell/bash')),
    symlink(content.node, join(folder.root, 'bin/node')),
    symlink(process.execPath, join(toolCache, 'node')),
  ]);
  await chmod(folder.root, 0o700);
}
