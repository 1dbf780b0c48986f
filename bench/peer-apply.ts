import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiServer } from '../lab/apiserver/apiserver.ts';
import { ensureBinaries } from '../lab/binaries/binaries.ts';
import { markLogs, type Requests, requestsSince } from './audit-log.ts';
import { type Command, type ProcessRun, runProcess } from './process-run.ts';

/** What a peer did. */
export interface PeerRun {
  name: string;
  run: ProcessRun;
  requests: Requests;
}

/**
 * The networks of a rendered stage as they would be in another namespace: as many objects of the same kinds that are not there yet. Its
 * subnets are others too.
 */
function moved(text: string, from: string, to: string, network: number): string {
  return text
    .replaceAll(`namespace: ${from}\n`, `namespace: ${to}\n`)
    .replace(/\b172\.(1[67])\./g, (_, second: string) => `172.${Number(second) + network}.`);
}

/**
 * Applies as many objects as the tool has, of the same kinds, with the peers: kubectl in its best setting (server side, one document, no
 * validation by the client, discovery cached; it has no concurrency), and kapp where PEERS names it, from PATH. Neither waits for CN2.
 */
export async function peersApply(server: ApiServer, rendered: string, folder: string): Promise<PeerRun[]> {
  const { kubectl } = await ensureBinaries(['kubectl']);
  mkdirSync(folder, { recursive: true });
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, server.kubeconfig, { mode: 0o600 });
  const texts = readdirSync(rendered)
    .filter((name) => name.includes('.many.'))
    .sort()
    .map((name) => readFileSync(join(rendered, name), 'utf8'));
  const asked = (process.env['PEERS'] ?? '').split(',').map((peer) => peer.trim());
  const document = (namespace: string, network: number) => {
    const path = join(folder, `${namespace}.yaml`);
    writeFileSync(path, texts.map((text) => moved(text, 'many', namespace, network)).join('---\n'));
    return path;
  };
  const command = (program: string, ...args: string[]): Command => ({ program, args, folder, exits: [0] });
  const runs: PeerRun[] = [];
  const measured = async (name: string, client: string, namespace: string, work: Command) => {
    await runProcess(command(kubectl, `--kubeconfig=${kubeconfig}`, 'create', 'namespace', namespace));
    const marks = markLogs([server]);
    const run = await runProcess(work);
    runs.push({ name, run, requests: requestsSince([server], marks, client) });
  };
  const apply = ['apply', '--server-side', '--validate=false', '--field-manager=bench', '-f', document('peer', 4)];
  await measured(
    `kubectl apply of ${texts.length} objects`,
    'kubectl',
    'peer',
    command(kubectl, `--kubeconfig=${kubeconfig}`, ...apply),
  );
  if (asked.includes('kapp')) {
    const deploy = [
      'deploy',
      '-a',
      'bench',
      '-n',
      'default',
      '-f',
      document('peer2', 8),
      '-y',
      '--wait=false',
      '--apply-concurrency=16',
    ];
    await measured(
      `kapp deploy of ${texts.length} objects`,
      'kapp',
      'peer2',
      command('kapp', ...deploy, `--kubeconfig=${kubeconfig}`),
    );
  }
  return runs;
}
