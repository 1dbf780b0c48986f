import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CONTRAIL_NAMESPACE, EMULATED_ANNOTATION } from '../../src/cn2/names.ts';
import { type ReleaseFacts, releaseFacts } from '../../src/cn2/releases.ts';
import { plainPath } from '../../src/declare/roots.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import { KubeClient } from './control/client.ts';
import { connectionOf } from './control/connection.ts';
import { failingPods } from './control/failing-pods.ts';
import { missingOnCentral } from './control/health.ts';
import { JOB, NAMESPACE } from './control/kinds.ts';

export interface InstallOptions {
  fleet: Fleet;
  /** Content of an administrator's kubeconfig of the central cluster. */
  kubeconfig: string;
  /** What is applied, of `centralManifest`. */
  manifest: string;
  /** Path of a kubectl. */
  kubectl: string;
  progress: (line: string) => void;
  /** Milliseconds to wait until CN2 is healthy. Default 5 minutes. */
  timeout?: number;
}

const TIMEOUT_MS = 5 * 60_000;
const POLL_MS = 200;
const APPLIER = 'apply-contrail';
const CENTRAL_FILE = /(^|\/)central_cluster_deployer_example\.yaml$/;

/**
 * The text by which CN2 is installed on the central cluster: the central file of the release as a user would prepare it. Throws where
 * the folder has none.
 * @param files of the release: path → text
 * @param pullSecret docker config JSON, plain or base64
 */
export function centralManifest(fleet: Fleet, files: Record<string, string>, pullSecret: string): string {
  // A cluster may have manifests of its own, in a folder beside.
  const folder = plainPath(fleet.release.manifests);
  const inFolder = (path: string) => folder === '' || plainPath(path).startsWith(`${folder}/`);
  const central = Object.keys(files).filter((path) => CENTRAL_FILE.test(path));
  const file = central.find(inFolder) ?? central[0];
  if (file === undefined) throw new Error(`no central_cluster_deployer_example.yaml in ${fleet.release.manifests}`);
  return preparedManifest(files[file] ?? '', pullSecret, fleet.release.registry);
}

/**
 * Installs CN2 on the central cluster as a user does, with kubectl and the release's central file, waits until it is healthy and
 * marks it as emulated; over an earlier release that is its upgrade. Throws with what is missing when that takes longer than the
 * timeout.
 */
export async function installCentral(options: InstallOptions): Promise<void> {
  const { fleet, kubeconfig, manifest, progress } = options;
  const facts = releaseFacts(fleet.release.version);
  if (!facts) throw new Error(`release.version ${fleet.release.version} belongs to no known CN2 release`);
  progress(`installing CN2 (emulated) on ${fleet.central.name}`);
  using client = new KubeClient(connectionOf(kubeconfig));
  // The Job that makes the custom resources cannot be changed, and some releases leave it behind.
  await client.delete(JOB, CONTRAIL_NAMESPACE, APPLIER);
  await kubectlApply(options, manifest);
  await waitUntilHealthy(client, facts, options);
  await client.merge(NAMESPACE, undefined, CONTRAIL_NAMESPACE, { metadata: { annotations: { [EMULATED_ANNOTATION]: 'true' } } });
  progress(`CN2 (emulated) is healthy on ${fleet.central.name}`);
}

/** The central file as a user would prepare it: the credential in, and the mirror's name before every image. */
export function preparedManifest(text: string, pullSecret: string, registry: string | undefined): string {
  const credential = pullSecret.trimStart().startsWith('{') ? Buffer.from(pullSecret).toString('base64') : pullSecret.trim();
  const filled = text.replaceAll('<base64-encoded-credential>', credential);
  return registry === undefined ? filled : filled.replace(/(\bimage:\s*['"]?)[^\s'",}]*\/([^\s'",}/]+)/g, `$1${registry}/$2`);
}

async function waitUntilHealthy(client: KubeClient, release: ReleaseFacts, options: InstallOptions): Promise<void> {
  const timeout = options.timeout ?? TIMEOUT_MS;
  const end = Date.now() + timeout;
  let said = '';
  for (;;) {
    // A cluster that is just starting may not answer for a moment.
    const missing = await missingOnCentral(client, release.versions.core, release.release).catch((error: Error) => [
      error.message,
    ]);
    if (missing.length === 0) return;
    if (Date.now() > end) {
      const found = [...missing, ...(await failingPods(client))];
      throw new Error(`CN2 did not become healthy in ${timeout / 1000} s: ${found.join('; ')}`);
    }
    const line = missing.join('; ');
    if (line !== said)
      options.progress(`waiting: ${missing.length === 1 ? line : `${missing[0]} and ${missing.length - 1} more`}`);
    said = line;
    await sleep(POLL_MS);
  }
}

/** kubectl apply of a text; throws with what kubectl said. */
async function kubectlApply({ kubectl, kubeconfig }: InstallOptions, text: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cn2-fleet-install-'));
  try {
    const path = join(folder, 'kubeconfig');
    await writeFile(path, kubeconfig, { mode: 0o600 });
    await new Promise<void>((resolve, reject) => {
      const child = spawn(kubectl, ['--kubeconfig', path, 'apply', '-f', '-'], { stdio: ['pipe', 'ignore', 'pipe'] });
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk;
      });
      child.on('error', reject);
      child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`kubectl apply failed: ${said.trim()}`))));
      child.stdin.end(text);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
