import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runStep, type StepResult } from '../support/runner-step.ts';

const SCRIPT = readFileSync(join(import.meta.dirname, '../../tools/find-node.sh'), 'utf8');
/** What the script needs of a machine; node is not among it. */
const TOOLS = ['bash', 'sh', 'readlink', 'ps'];

/** A machine: its files below a folder. */
let machine: string;
let environment: Record<string, string>;

beforeEach(() => {
  machine = mkdtempSync(join(tmpdir(), 'cn2-fleet-runner '));
  mkdirSync(join(machine, 'tools'));
  for (const tool of TOOLS) {
    const path = ['/usr/bin', '/bin'].map((folder) => join(folder, tool)).find((path) => existsSync(path));
    if (path !== undefined) symlinkSync(path, join(machine, 'tools', tool));
  }
  mkdirSync(join(machine, 'runner/_work/_temp'), { recursive: true });
  environment = {
    PATH: join(machine, 'tools'),
    RUNNER_ARCH: 'X64',
    RUNNER_TEMP: join(machine, 'runner/_work/_temp'),
    RUNNER_WORKSPACE: join(machine, 'runner/_work/fleet'),
    GITHUB_WORKSPACE: join(machine, 'runner/_work/fleet/fleet'),
    RUNNER_TOOL_CACHE: join(machine, 'runner/_work/_tool'),
  };
});
afterEach(() => rmSync(machine, { recursive: true, force: true }));

/** A program of this machine. */
function program(path: string, text: string): string {
  const full = join(machine, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, `#!/bin/sh\n${text}\n`);
  chmodSync(full, 0o755);
  return full;
}

/** A stand-in for Node that says its version. */
const node = (path: string, version: string) => program(path, `[ "$1 $2" = "-p process.versions.node" ] && echo ${version}`);
/** One that cannot run here, as one for another libc. */
const broken = (path: string) => program(path, 'exit 127');

const look = (more: Record<string, string> = {}): Promise<StepResult> =>
  runStep({
    script: SCRIPT.replaceAll('/__e', join(machine, '__e').replaceAll(' ', '\\ ')),
    cwd: machine,
    environment: { ...environment, ...more },
  });
const found = async (more: Record<string, string> = {}) => {
  const { exitCode, outputs, lines } = await look(more);
  expect([exitCode, lines]).toEqual([0, []]);
  return outputs['path'];
};

describe('Node is looked for', () => {
  test('on PATH first, whatever else is there', async () => {
    const own = node('bin/node', '24.0.0');
    node('runner/_work/_tool/node/26.1.0/x64/bin/node', '26.1.0');
    expect(await found({ PATH: `${join(machine, 'bin')}:${environment['PATH']}` })).toBe(own);
  });

  test('on PATH also behind an older one, and behind one of the checkout', async () => {
    node('old/node', '20.19.0');
    node('runner/_work/fleet/fleet/bin/node', '24.9.0');
    const own = node('bin/node', '24.0.0');
    const folders = ['old', 'runner/_work/fleet/fleet/bin', 'bin', 'tools'].map((folder) => join(machine, folder));
    expect(await found({ PATH: folders.join(':') })).toBe(own);
  });

  test('in the tool cache: the newest that is new enough, by numbers', async () => {
    node('bin/node', '20.19.0');
    node('runner/_work/_tool/node/22.9.0/x64/bin/node', '22.9.0');
    node('runner/_work/_tool/node/24.9.0/x64/bin/node', '24.9.0');
    const newest = node('runner/_work/_tool/node/24.10.0/x64/bin/node', '24.10.0');
    broken('runner/_work/_tool/node/26.0.0/x64/bin/node');
    node('runner/externals/node24/bin/node', '24.99.0');
    expect(await found({ PATH: `${join(machine, 'bin')}:${environment['PATH']}` })).toBe(newest);
  });

  test('in the tool cache for the machine’s own kind of processor, else for another that runs', async () => {
    const arm = node('runner/_work/_tool/node/24.1.0/arm64/bin/node', '24.1.0');
    const intel = node('runner/_work/_tool/node/24.9.0/x64/bin/node', '24.9.0');
    expect(await found({ RUNNER_ARCH: 'ARM64' })).toBe(arm);
    expect(await found({ RUNNER_ARCH: 'X64' })).toBe(intel);
    rmSync(join(machine, 'runner/_work/_tool/node/24.1.0'), { recursive: true });
    expect(await found({ RUNNER_ARCH: 'ARM64' })).toBe(intel);
  });

  test('in the tool cache under its older name', async () => {
    const cached = node('agent/node/24.1.0/x64/bin/node', '24.1.0');
    expect(await found({ RUNNER_TOOL_CACHE: '', AGENT_TOOLSDIRECTORY: join(machine, 'agent') })).toBe(cached);
  });

  test('beside the runner, above its work folder', async () => {
    node('runner/externals/node20/bin/node', '20.19.0');
    const own = node('runner/externals/node24/bin/node', '24.8.0');
    broken('runner/externals/node24_alpine/bin/node');
    expect(await found()).toBe(own);
    expect(await found({ RUNNER_TEMP: '' })).toBe(own);
  });

  test('beside the runner that runs the step, where its work folder is elsewhere', async () => {
    const own = node('opt/actions-runner/externals/node24/bin/node', '24.8.0');
    const worker = join(machine, 'opt/actions-runner/bin.2.330.0/Runner.Worker');
    mkdirSync(dirname(worker));
    copyFileSync('/bin/bash', worker);
    const script = join(machine, 'script.sh');
    writeFileSync(script, SCRIPT);
    const { exitCode, outputs } = await runStep({
      script: `"${worker}" -c '"$0" -e -o pipefail "$1"; exit $?' "${join(machine, 'tools/bash')}" "${script}"`,
      cwd: machine,
      environment: { ...environment, RUNNER_TEMP: '', RUNNER_WORKSPACE: '', RUNNER_TOOL_CACHE: '' },
    });
    expect([exitCode, outputs]).toEqual([0, { path: own }]);
  });

  test('in a container where the runner’s own is mounted, the one for its libc', async () => {
    broken('__e/node24/bin/node');
    const alpine = node('__e/node24_alpine/bin/node', '24.8.0');
    expect(await found({ RUNNER_TEMP: '/__w/_temp', RUNNER_WORKSPACE: '/__w/fleet', RUNNER_TOOL_CACHE: '/__t' })).toBe(alpine);
    const usual = node('__e/node24/bin/node', '24.8.0');
    expect(await found()).toBe(usual);
  });

  test('on Windows: drives and backslashes, node.exe', async () => {
    // As cygpath -u does.
    program('tools/cygpath', `p="$2"; p="$(printf '%s' "$p" | tr '\\\\' /)"; printf '%s' "${machine}/c/\${p#C:/}"`);
    symlinkSync('/usr/bin/tr', join(machine, 'tools/tr'));
    const windows = {
      RUNNER_TEMP: 'C:\\actions\\_work\\_temp',
      RUNNER_WORKSPACE: 'C:\\actions\\_work\\fleet',
      GITHUB_WORKSPACE: 'C:\\actions\\_work\\fleet\\fleet',
      RUNNER_TOOL_CACHE: 'C:\\hostedtoolcache\\windows',
    };
    const own = node('c/actions/externals/node24/bin/node.exe', '24.8.0');
    expect(await found(windows)).toBe(own);
    const cached = node('c/hostedtoolcache/windows/node/24.3.0/x64/node.exe', '24.3.0');
    expect(await found(windows)).toBe(cached);
  });

  test('not in the checkout: a branch could bring it', async () => {
    node('runner/_work/fleet/fleet/bin/node', '24.1.0');
    node('runner/_work/fleet/fleet/externals/node24/bin/node', '24.1.0');
    const { exitCode } = await look({ PATH: `${join(machine, 'runner/_work/fleet/fleet/bin')}:bin:${environment['PATH']}` });
    expect(exitCode).toBe(1);
  });

  test.each([
    ['none', undefined, 'there is none on PATH'],
    ['an older one', '20.19.0', 'there is 20.19.0 on PATH'],
    ['one that says nonsense', 'v24', 'there is none on PATH'],
  ])('in vain where there is %s: one sentence says what to do', async (_, version, sentence) => {
    if (version !== undefined) node('bin/node', version);
    mkdirSync(join(machine, 'runner/externals/node24/bin/node'), { recursive: true });
    const { exitCode, outputs, annotations } = await look({ PATH: `${join(machine, 'bin')}:${environment['PATH']}` });
    expect([exitCode, outputs]).toEqual([1, {}]);
    expect(annotations).toHaveLength(1);
    expect(annotations[0]).toMatchObject({ level: 'error', message: expect.stringContaining(sentence) });
    expect(annotations[0]?.message).toContain('Update the runner');
  });

  test('with no variable of a runner at all, without a fault', async () => {
    const { exitCode, annotations } = await look({
      RUNNER_TEMP: '',
      RUNNER_WORKSPACE: '',
      GITHUB_WORKSPACE: '',
      RUNNER_TOOL_CACHE: '',
      RUNNER_ARCH: '',
    });
    expect([exitCode, annotations.length]).toEqual([1, 1]);
  });
});
