import { readFileSync, rmSync } from 'node:fs';
import type { SmokeDocument } from '../../src/model/smoke.ts';
import { type CliResult, cli } from '../support/cli.ts';
import { labTurn } from '../support/lab.ts';

/** A declaration's lab that a soak brings up, uses as a person does, and removes. */
export interface LabRun extends AsyncDisposable {
  folder: string;
  /** What `lab env` exports. */
  environment: Record<string, string>;
  /** kubeconfig of a cluster's administrator. */
  kubeconfig(cluster: string): string;
  /** A command of the tool with the lab's credentials. */
  run(...args: string[]): Promise<CliResult>;
}

/** Says what has happened, and after how many seconds from the start of this process. */
export function say(text: string): void {
  process.stdout.write(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${text}\n`);
}

/** Throws with what a command said where it did not end as expected. */
export function expected(result: CliResult, exitCode: number): CliResult {
  if (result.exitCode !== exitCode)
    throw new Error(
      `ended with ${result.exitCode}, not ${exitCode}:\n${result.stdout.slice(-4000)}\n${result.stderr.slice(-4000)}`,
    );
  return result;
}

/** Brings the lab of a folder's declaration up; `seconds`: how long that took. */
export async function startLabRun(folder: string): Promise<LabRun & { seconds: number }> {
  const remove = async () => {
    await cli(folder, ['lab', 'down']);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await using _turn = await labTurn();
    const started = performance.now();
    expected(await cli(folder, ['lab', 'up']), 0);
    const seconds = (performance.now() - started) / 1000;
    return { ...(await takeLabRun(folder)), seconds, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The lab of a folder's declaration that is up, and stays so. */
export async function takeLabRun(folder: string): Promise<LabRun> {
  const { stdout: lines } = expected(await cli(folder, ['lab', 'env']), 0);
  const environment = Object.fromEntries(
    lines
      .trim()
      .split('\n')
      .map((line) => line.replace('export ', '').split(/=(.*)/, 2) as [string, string]),
  );
  const { stdout } = expected(await cli(folder, ['lab', 'status', '--format', 'json']), 0);
  const { clusters } = JSON.parse(stdout) as { clusters: { name: string; kubeconfig: string }[] };
  const kubeconfig = (cluster: string) => readFileSync(clusters.find(({ name }) => name === cluster)?.kubeconfig ?? '', 'utf8');
  const run = (...args: string[]) => cli(folder, args, { environment });
  return { folder, environment, kubeconfig, run, [Symbol.asyncDispose]: async () => {} };
}

/** Renders, plans and applies all that is declared; what the smoke test measured. Throws where a step or a path is not as expected. */
export async function attachAll({ run }: LabRun): Promise<SmokeDocument> {
  expected(await run('render'), 0);
  expected(await run('plan', '--out', 'rendered/plan.json'), 2);
  const applied = expected(await run('apply', '--format', 'json'), 0);
  const { smoke } = JSON.parse(applied.stdout) as { smoke: SmokeDocument };
  const wrong = smoke.pairs.filter(({ verdict }) => verdict !== 'ok');
  if (wrong.length > 0)
    throw new Error(`${wrong.length} of ${smoke.pairs.length} paths are not as declared: ${JSON.stringify(wrong[0])}`);
  expected(await run('plan'), 0);
  return smoke;
}
