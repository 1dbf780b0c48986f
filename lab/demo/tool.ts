import { dirname, join } from 'node:path';
import { ensureBinaries } from '../binaries/binaries.ts';
import { type Ended, fleetCommand, type RunOptions, run } from './command.ts';

/** This checkout, and the folder of everything that the demo makes. */
export const checkout = dirname(dirname(import.meta.dirname));
export const demo = join(checkout, '.tmp/demo');
/** What the workflows keep of their runs. */
export const artifacts = join(demo, 'artifacts');
/** The declaration of the lab. */
export const labFolder = join(demo, 'lab');
/** cn2-fleet of this checkout; its exit code is a result. */
export const fleet = fleetCommand(checkout);

/** Runs the tool in a folder; any other exit code than the expected one ends the demo with what it printed. */
export async function cn2(
  folder: string,
  args: readonly string[],
  expected = 0,
  options: Partial<RunOptions> = {},
): Promise<Ended> {
  const ended = await fleet(args, { cwd: folder, ...options });
  if (ended.exitCode !== expected) {
    throw new Error(
      `cn2-fleet ${args.join(' ')} ended with ${ended.exitCode}, not ${expected}:\n${ended.stdout}\n${ended.stderr}`,
    );
  }
  return ended;
}

/** What `lab env` exports: in a repository these are secrets. */
export async function secretsOfLab(): Promise<Record<string, string>> {
  const names: Record<string, string> = {};
  for (const line of (await cn2(labFolder, ['lab', 'env'])).stdout.split('\n')) {
    const match = /^export ([A-Za-z0-9_]+)=(.*)$/.exec(line);
    if (match?.[1] !== undefined) names[match[1]] = (match[2] ?? '').replace(/^(['"])(.*)\1$/, '$2');
  }
  return names;
}

/** What a person does with kubectl: the imports of vnr2 are gone. Throws with what kubectl said when that fails. */
export async function patchByHand(): Promise<void> {
  const { stdout } = await cn2(labFolder, ['lab', 'status', '--format', 'json']);
  const { clusters } = JSON.parse(stdout) as { clusters: { name: string; kubeconfig: string }[] };
  const kubeconfig = clusters.find(({ name }) => name === 'cluster1')?.kubeconfig ?? '';
  const { kubectl } = await ensureBinaries(['kubectl']);
  const patch = '[{"op":"replace","path":"/spec/import/virtualNetworkRouters","value":[]}]';
  const words = ['patch', 'virtualnetworkrouter', 'vnr2', '-n', 'kubemanager-cluster2-cluster2-ns1', '--type=json', '-p', patch];
  const ended = await run(kubectl, ['--kubeconfig', kubeconfig, ...words], { cwd: demo });
  if (ended.exitCode !== 0) throw new Error(`kubectl patch failed: ${ended.stderr}`);
}
