import { spawn } from 'node:child_process';
import type { FleetRepository } from './fleet-repository.ts';
import type { Twin } from './twin.ts';

/** What under a secret key of a kubeconfig or a docker config stands: a log shows that, hardly ever the whole file. */
const SECRET_VALUE = /["']?(?:token|password|client-key-data|client-certificate-data|auth)["']?\s*:\s*["']?([^\s"',}]{8,})/g;

/** The secrets themselves, what they are in base64 and from it, and the values under their secret keys. */
export function needles(secrets: Readonly<Record<string, string>>): string[] {
  const found = new Set<string>();
  for (const value of Object.values(secrets)) {
    const decoded = Buffer.from(value, 'base64').toString();
    for (const text of [value, decoded]) {
      if (text.length < 8) continue;
      found.add(text);
      for (const match of text.matchAll(SECRET_VALUE)) {
        const inner = match[1] ?? '';
        found.add(inner);
        found.add(Buffer.from(inner).toString('base64').replace(/=+$/, ''));
      }
    }
  }
  return [...found];
}

/**
 * Where one of the needles is in what a story has left: every git object, what the forge remembers, and the logs, outputs, summaries
 * and annotations of its runs. Masks are left out: they are how the runner learns what to hide. Gives how much was searched, too.
 */
export async function searchForSecrets(
  twin: Twin,
  repository: FleetRepository,
  name: string,
  wanted: readonly string[],
): Promise<{ found: string[]; bytes: number }> {
  const { runs } = repository;
  const places: Record<string, string> = {
    'git objects': await everyObject(twin.git(name).folder),
    'pull requests, comments, checks, issues': JSON.stringify(twin.repository(name)),
    logs: runs.flatMap(({ run }) => run.log.filter((line) => !line.startsWith('::add-mask::'))).join('\n'),
    'outputs, summaries, annotations': JSON.stringify(runs.map(({ run }) => [run.outputs, run.summaries, run.annotations])),
  };
  const found = Object.entries(places).flatMap(([place, text]) =>
    wanted.some((needle) => text.includes(needle)) ? [place] : [],
  );
  return { found, bytes: Object.values(places).reduce((sum, text) => sum + text.length, 0) };
}

/** The content of every object of a repository, reachable or not. */
async function everyObject(folder: string): Promise<string> {
  const child = spawn('git', ['-C', folder, 'cat-file', '--batch-all-objects', '--batch', '--buffer'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('latin1');
}
