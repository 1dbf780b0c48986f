/**
 * Lints both files of the Action, the shipped workflows, the recipes and what `init` writes, with actionlint (and shellcheck), zizmor
 * and action-validator. One that this host cannot get is named with the reason and left out. Exit 1 when there is a finding.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ensureBinaries } from '../lab/binaries/binaries.ts';
import { run } from './linters/run.ts';
import { type SampleRepository, sampleRepositories, withLocalAction, workflowPaths } from './linters/sample-repositories.ts';
import { ensureZizmor } from './linters/zizmor.ts';

const ROOT = join(import.meta.dirname, '..');
const ACTION = join(ROOT, 'action.yml');
const NODE_ACTION = join(ROOT, 'node/action.yml');

/** A linter's words, one entry a fault; empty: clean. */
type Linter = (samples: readonly SampleRepository[]) => Promise<string[]>;

const say = (line: string) => process.stderr.write(`${line}\n`);

const actionlint: Linter = async (samples) => {
  const { actionlint: program } = await ensureBinaries(['actionlint'], { progress: say });
  const faults: string[] = [];
  for (const sample of samples) {
    const { code, output } = await run(program, ['-no-color'], { cwd: await withLocalAction(sample) });
    if (code !== 0) faults.push(`workflows ${sample.title}\n${output}`);
  }
  return faults;
};

/** actionlint looks into the scripts of workflows only; those of the Action are here. */
const shellcheck: Linter = async () => {
  const about = await run('shellcheck', ['--version']);
  if (about.code !== 0) throw new Error(about.output);
  const action = parse(await readFile(ACTION, 'utf8')) as { runs: { steps: { name: string; run?: string }[] } };
  const faults: string[] = [];
  for (const { name, run: script } of action.runs.steps) {
    if (script === undefined) continue;
    const { code, output } = await run('shellcheck', ['--shell=bash', '--color=never', '-'], { input: script });
    if (code !== 0) faults.push(`action.yml, step "${name}"\n${output}`);
  }
  return faults;
};

const zizmor: Linter = async (samples) => {
  const program = await ensureZizmor();
  const words = ['--offline', '--pedantic', '--no-progress', '--color=never', '--config', join(ROOT, 'tools/linters/zizmor.yml')];
  const { code, output } = await run(program, [...words, ...(await filesOf(samples))]);
  return code === 0 ? [] : [output];
};

const actionValidator: Linter = async (samples) => {
  const { code, output } = await run(process.execPath, [
    join(ROOT, 'tools/linters/validate-shapes.ts'),
    ...(await filesOf(samples)),
  ]);
  return code === 0 ? [] : [output];
};

/** The Action and every workflow, as users have them. */
async function filesOf(samples: readonly SampleRepository[]): Promise<string[]> {
  return [ACTION, NODE_ACTION, ...(await Promise.all(samples.map(({ folder }) => workflowPaths(folder)))).flat()];
}

const { folder, samples } = await sampleRepositories();
try {
  for (const [name, linter] of Object.entries({ actionlint, shellcheck, zizmor, 'action-validator': actionValidator })) {
    try {
      const faults = await linter(samples);
      for (const fault of faults) say(`${name}: ${fault}\n`);
      if (faults.length > 0) process.exitCode = 1;
    } catch (error) {
      say(`${name} was left out: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
