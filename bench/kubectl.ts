import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ApiServer } from '../lab/apiserver/apiserver.ts';
import { ensureBinaries } from '../lab/binaries/binaries.ts';
import { type Command, type ProcessRun, runProcess } from './process-run.ts';

/** One cluster and the objects that kubectl compares with it. */
export interface KubectlInput {
  server: ApiServer;
  /** Folder with one file an object; only YAML is read, Secrets are left out (they are rendered without data). */
  rendered: string;
}

export type Layout = 'files' | 'document';

/** kubectl as a peer: it compares rendered objects with their clusters, all clusters at the same time. */
export interface Kubectl {
  version: string;
  /** Objects that it compares. */
  objects: number;
  /** Exit 0 (nothing differs) is expected; anything else throws. */
  diff(layout: Layout): Promise<ProcessRun[]>;
}

/**
 * Prepares the files in both layouts below `folder`. The best setting for a comparison with what the tool has applied: server side,
 * as the field manager that owns the fields, eight requests at a time, discovery cached from earlier runs.
 */
export async function prepareKubectl(folder: string, inputs: readonly KubectlInput[]): Promise<Kubectl> {
  const { kubectl } = await ensureBinaries(['kubectl']);
  let objects = 0;
  const commands = inputs.map(({ server, rendered }) => {
    const home = join(folder, server.name);
    const files = join(home, 'files');
    mkdirSync(files, { recursive: true });
    writeFileSync(join(home, 'kubeconfig'), server.kubeconfig, { mode: 0o600 });
    const texts: string[] = [];
    for (const path of objectFiles(rendered)) {
      const text = readFileSync(path, 'utf8');
      writeFileSync(join(files, `${basename(dirname(path))}.${basename(path)}`), text);
      texts.push(text);
    }
    objects += texts.length;
    writeFileSync(join(home, 'document.yaml'), texts.join('---\n'));
    return (layout: Layout): Command => ({
      program: kubectl,
      args: [
        `--kubeconfig=${join(home, 'kubeconfig')}`,
        'diff',
        '--server-side',
        '--field-manager=cn2-fleet',
        '--concurrency=8',
        ...(layout === 'files' ? ['-R', '-f', files] : ['-f', join(home, 'document.yaml')]),
      ],
      folder: home,
      exits: [0],
    });
  });
  const about = await runProcess({ program: kubectl, args: ['version', '--client'], folder, exits: [0] });
  return {
    version: /v\d+\.\d+\.\d+/.exec(about.stdout)?.[0] ?? 'unknown',
    objects,
    diff: (layout) => Promise.all(commands.map((command) => runProcess(command(layout)))),
  };
}

function objectFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml') && !entry.name.startsWith('secret.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
