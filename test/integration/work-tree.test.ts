import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sha256 } from '../../src/declare/digest.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { RenderIndex } from '../../src/model/manifest.ts';
import { sealedIndex } from '../../src/render/tree.ts';
import { writeJson } from '../../src/render/yaml-writer.ts';
import { cli, guideCopy } from '../support/cli.ts';

/** Every command that reads the fleet's files, with words that let it come as far as it can without a cluster. */
const COMMANDS: Record<string, string[]> = {
  validate: ['validate'],
  render: ['render'],
  check: ['render', '--check'],
  plan: ['plan'],
  propose: ['propose', '--repository', 'acme/fleet'],
  apply: ['apply'],
  drift: ['drift'],
  smoke: ['smoke'],
};

let outer: string;
/** The top of the repository. */
let top: string;
let outside: string;
const environment = { GITHUB_TOKEN: 'no-token' };

/** Each path below a folder with what it holds. */
function contentOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), 'utf8')]),
  );
}

function git(folder: string, ...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], { cwd: folder, stdio: 'ignore' });
}

function commit(): void {
  git(top, 'add', '--all');
  git(top, 'commit', '--quiet', '--message', 'state');
}

async function run(words: readonly string[], folder = top) {
  const result = await cli(folder, [...words, '--format', 'json'], { environment });
  const findings = ((result.stdout.startsWith('{') ? JSON.parse(result.stdout) : {}) as { findings?: Finding[] }).findings ?? [];
  return { ...result, findings };
}

/** Edits a rendered file and makes the index fit it, as somebody does who may edit any file. */
function reseal(path: string, edit: (text: string) => string): void {
  const changed = edit(readFileSync(join(top, path), 'utf8'));
  writeFileSync(join(top, path), changed);
  const { digest: _digest, ...index } = JSON.parse(readFileSync(join(top, 'rendered/index.json'), 'utf8')) as RenderIndex;
  for (const entry of index.objects) if (`rendered/${entry.path}` === path) entry.digest = sha256(changed);
  writeFileSync(join(top, 'rendered/index.json'), writeJson(sealedIndex(index)));
}

/** Every command refuses with the exit code, and nothing outside of the repository is read into a result or changed. */
async function refused(code: number | Record<string, number>, message: string | RegExp, names = Object.keys(COMMANDS)) {
  const before = contentOf(outside);
  for (const name of names) {
    const { exitCode, stdout, stderr } = await run(COMMANDS[name]!);
    expect(`${name}: ${stdout}${stderr}`).toMatch(message);
    expect([name, exitCode]).toEqual([name, typeof code === 'number' ? code : (code[name] ?? code['else'])]);
    expect(stdout + stderr).not.toContain('internal error');
    expect(stdout + stderr).not.toContain('outside-canary');
  }
  expect(contentOf(outside)).toEqual(before);
}

beforeEach(async () => {
  outer = mkdtempSync(join(tmpdir(), 'cn2-fleet-tree-'));
  [top, outside] = [join(outer, 'repository'), join(outer, 'outside')];
  mkdirSync(outside);
  writeFileSync(join(outside, 'secret.yaml'), 'outside-canary: &anchor true\n');
  const copy = guideCopy();
  renameSync(copy, top);
  git(top, 'init', '--quiet');
  expect((await run(['render'])).exitCode).toBe(0);
  commit();
}, 60_000);
afterEach(() => rmSync(outer, { recursive: true, force: true }));

/** Moves a part of the repository out and leaves a link to it. */
function linked(path: string): void {
  cpSync(join(top, path), join(outside, 'moved'), { recursive: true });
  rmSync(join(top, path), { recursive: true });
  symlinkSync(join(outside, 'moved'), join(top, path));
  commit();
}

describe('in rendered/', () => {
  test('the folder as a link: 4 everywhere', async () => {
    linked('rendered');
    await refused(4, 'rendered is a symbolic link');
  }, 120_000);

  test('a cluster as a link, beside a changed declaration: render writes and removes nothing behind it', async () => {
    linked('rendered/cluster1');
    const file = join(top, 'clusters.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('vnr1', 'vnr3'));
    await refused(4, 'rendered/cluster1 is a symbolic link', ['render', 'plan', 'apply', 'drift', 'smoke']);
    expect(existsSync(join(outside, 'moved/90-routers/virtualnetworkrouter.ns1.vnr1.yaml'))).toBe(true);
  }, 120_000);

  test('a file, the plan or a dead name as a link', async () => {
    linked('rendered/fleet.json');
    await refused(4, 'rendered/fleet.json is a symbolic link', ['validate', 'apply', 'drift']);
    rmSync(join(top, 'rendered/fleet.json'));
    cpSync(join(outside, 'moved'), join(top, 'rendered/fleet.json'));
    symlinkSync('nowhere', join(top, 'rendered/plan.json'));
    await refused(4, 'rendered/plan.json is a symbolic link', ['apply', 'propose']);
    const planned = await run(['plan', '--out', 'rendered/plan.json']);
    expect([planned.exitCode, planned.stderr]).toEqual([1, expect.stringContaining('rendered/plan.json is a symbolic link')]);
    expect(existsSync(join(top, 'rendered/nowhere'))).toBe(false);
  }, 120_000);

  test('a pipe, a repository of its own, text that is no UTF-8: a finding, and no run hangs', async () => {
    execFileSync('mkfifo', [join(top, 'rendered/pipe.yaml')]);
    await refused(4, 'rendered/pipe.yaml is neither a file nor a folder', ['validate', 'drift']);
    rmSync(join(top, 'rendered/pipe.yaml'));
    mkdirSync(join(top, 'rendered/cluster1/.git'));
    await refused(4, 'rendered/cluster1 is a repository of its own', ['plan', 'smoke']);
    rmSync(join(top, 'rendered/cluster1/.git'), { recursive: true });
    writeFileSync(join(top, 'rendered/notes'), Buffer.from([0xff, 0xfe]));
    await refused(4, 'rendered/notes is not UTF-8 text', ['apply', 'drift']);
  }, 120_000);

  test('a missing, an extra and a resealed file are listed by drift and smoke, exit 4', async () => {
    const router = 'rendered/cluster1/90-routers/virtualnetworkrouter.ns1.vnr1.yaml';
    rmSync(join(top, router));
    writeFileSync(join(top, 'rendered/extra.yaml'), 'kind: Secret\n');
    const namespace = 'rendered/cluster2/70-namespaces/namespace._.ns1.yaml';
    reseal(namespace, (text) => `# as agreed\n${text}`);
    for (const name of ['drift', 'smoke']) {
      const { exitCode, findings } = await run(COMMANDS[name]!);
      expect(exitCode).toBe(4);
      expect(findings.map(({ rule, file }) => [rule, file])).toEqual([
        ['rendered', router],
        ['rendered', namespace],
        ['rendered', 'rendered/extra.yaml'],
      ]);
      const { stdout } = await cli(top, [name], { environment });
      expect(stdout).toContain(`${router}:1:1 error rendered`);
      expect(stdout).toContain('rendered/ is not what was rendered');
    }
  }, 120_000);

  test('nothing rendered yet stays the user’s error', async () => {
    rmSync(join(top, 'rendered'), { recursive: true });
    await refused(1, 'nothing was rendered yet', ['drift', 'smoke']);
  }, 60_000);
});

describe('the vendor’s manifests', () => {
  // An apply renders from the declaration: of it this is a fault. The others go by what is committed.
  const EXITS = { else: 3, drift: 4, smoke: 4 };

  test('outside of the repository, by the declaration', async () => {
    cpSync(join(top, 'cn2/22.2'), join(outside, 'manifests'), { recursive: true });
    const file = join(top, 'clusters.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('manifests: cn2/22.2', 'manifests: ../outside/manifests'));
    commit();
    await refused(3, /outside\/manifests leads out of the repository/, ['validate', 'render', 'plan', 'propose']);
    const { findings } = await run(['validate']);
    expect(findings.filter(({ severity }) => severity === 'error')).toMatchObject([
      { rule: 'manifests', file: 'clusters.yaml', line: expect.any(Number), column: 14 },
    ]);
  }, 120_000);

  test('outside of the repository, by an edited fleet.json: nothing is read from there', async () => {
    const file = join(top, 'rendered/fleet.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('cn2/22.2', '../outside'));
    await refused(4, 'rendered/fleet.json was edited by hand', ['drift', 'apply']);
  }, 60_000);

  test('the folder, one above it, or a file as a link', async () => {
    linked('cn2/22.2');
    await refused(EXITS, 'cn2/22.2 is a symbolic link');
    rmSync(join(top, 'cn2'), { recursive: true });
    mkdirSync(join(outside, 'cn2'));
    renameSync(join(outside, 'moved'), join(outside, 'cn2/22.2'));
    symlinkSync('../outside/cn2', join(top, 'cn2'));
    await refused(EXITS, 'cn2 is a symbolic link', ['validate', 'drift']);
    rmSync(join(top, 'cn2'));
    cpSync(join(outside, 'cn2'), join(top, 'cn2'), { recursive: true });
    symlinkSync('../../../outside/secret.yaml', join(top, 'cn2/22.2/more.yaml'));
    await refused(EXITS, 'cn2/22.2/more.yaml is a symbolic link', ['validate', 'render', 'apply']);
  }, 180_000);

  test('a pipe, a submodule, more levels than anybody has', async () => {
    execFileSync('mkfifo', [join(top, 'cn2/22.2/pipe.yaml')]);
    await refused(EXITS, 'cn2/22.2/pipe.yaml is neither a file nor a folder', ['validate']);
    rmSync(join(top, 'cn2/22.2/pipe.yaml'));
    writeFileSync(join(top, 'cn2/22.2/.git'), 'gitdir: ../../../outside\n');
    await refused(EXITS, 'cn2/22.2 is a repository of its own', ['plan', 'apply']);
    rmSync(join(top, 'cn2/22.2/.git'));
    mkdirSync(join(top, `cn2/22.2/${'d/'.repeat(200)}`), { recursive: true });
    await refused(EXITS, 'cn2/22.2 holds more files', ['render', 'drift']);
  }, 120_000);

  test('outside of the declaration’s folder and inside the repository is as good as ever', async () => {
    const root = join(top, 'fleets/prod');
    mkdirSync(root, { recursive: true });
    renameSync(join(top, 'rendered'), join(root, 'rendered'));
    const text = readFileSync(join(top, 'clusters.yaml'), 'utf8');
    rmSync(join(top, 'clusters.yaml'));
    writeFileSync(join(root, 'clusters.yaml'), text.replace('manifests: cn2/22.2', 'manifests: ../../cn2/22.2'));
    for (const [folder, words] of [
      [root, []],
      [top, ['-f', 'fleets/prod/clusters.yaml']],
    ] as const) {
      expect((await run(['validate', ...words], folder)).exitCode).toBe(0);
      expect((await run(['render', ...words], folder)).exitCode).toBe(0);
      expect((await run(['render', '--check', ...words], folder)).exitCode).toBe(0);
    }
    // Without a repository nothing says how far up the fleet's own files reach.
    rmSync(join(top, '.git'), { recursive: true });
    const { exitCode, findings } = await run(['validate'], root);
    expect(exitCode).toBe(3);
    expect(findings).toContainEqual(
      expect.objectContaining({ rule: 'manifests', message: expect.stringContaining('leads out of') }),
    );
  }, 120_000);
});

describe('paths of the command line', () => {
  test('the declaration as a link, or behind one: exit 1, one sentence', async () => {
    linked('clusters.yaml');
    await refused(1, 'clusters.yaml is a symbolic link', Object.keys(COMMANDS));
    const { exitCode, stderr } = await cli(top, ['init'], { environment });
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('clusters.yaml is a symbolic link')]);
    mkdirSync(join(outside, 'fleet'));
    renameSync(join(outside, 'moved'), join(outside, 'fleet/clusters.yaml'));
    symlinkSync('../outside/fleet', join(top, 'prod'));
    const behind = await cli(top, ['render', '-f', 'prod/clusters.yaml'], { environment });
    expect([behind.exitCode, behind.stderr]).toEqual([1, expect.stringContaining('is a symbolic link')]);
    expect(readdirSync(join(outside, 'fleet'))).toEqual(['clusters.yaml']);
  }, 120_000);

  test('a declaration that is a pipe does not hang', async () => {
    rmSync(join(top, 'clusters.yaml'));
    execFileSync('mkfifo', [join(top, 'clusters.yaml')]);
    await refused(1, 'clusters.yaml is neither a file nor a folder', ['validate']);
  }, 60_000);

  test('--rendered, --plan and --out outside of the repository, or links', async () => {
    const rejects = async (words: string[], message: string, code = 1) => {
      const { exitCode, stderr } = await run(words);
      expect([words, exitCode, stderr]).toEqual([words, code, expect.stringContaining(message)]);
      expect(stderr).not.toContain('internal error');
    };
    await rejects(['render', '--rendered', '../outside/rendered'], 'leads out of the repository');
    await rejects(['apply', '--rendered', outside], 'leads out of the repository');
    await rejects(['apply', '--plan', '../outside/plan.json'], 'leads out of the repository');
    await rejects(['plan', '--out', '../outside/plan.json'], 'outside the folder of the declaration');
    symlinkSync('../outside/secret.yaml', join(top, 'plan.json'));
    symlinkSync('../outside', join(top, 'out'));
    await rejects(['apply', '--plan', 'plan.json'], 'plan.json is a symbolic link');
    await rejects(['plan', '--out', 'plan.json'], 'plan.json is a symbolic link');
    await rejects(['plan', '--out', 'out/plan.json'], 'out is a symbolic link');
    await rejects(['render', '--rendered', 'out/rendered'], '', 4);
    expect(readdirSync(outside)).toEqual(['secret.yaml']);
  }, 120_000);

  test('init writes no workflow through a link', async () => {
    symlinkSync('../outside', join(top, '.github'));
    const { exitCode, stderr } = await cli(top, ['init'], { environment });
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('.github is a symbolic link')]);
    expect(readdirSync(outside)).toEqual(['secret.yaml']);
  }, 60_000);

  test('credential files may lie anywhere, also behind links', async () => {
    writeFileSync(join(outside, 'kubeconfig'), 'outside-canary');
    symlinkSync('../outside/kubeconfig', join(top, 'kubeconfig'));
    const file = join(top, 'clusters.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/\{env: KUBECONFIG_CLUSTER1\}/, '{file: kubeconfig}'));
    const { exitCode, stdout } = await cli(top, ['plan'], { environment });
    expect(stdout).not.toContain('symbolic link');
    expect(stdout).toContain('KUBECONFIG_CLUSTER2');
    expect(stdout).not.toContain('file kubeconfig');
    expect(exitCode).toBe(8);
  }, 60_000);
});

test('a folder that is itself reached by a link, with no repository around the link, is as good as any', async () => {
  symlinkSync(top, join(outer, 'link'));
  const { exitCode } = await cli(outer, ['render', '--check', '-f', join(outer, 'link/clusters.yaml')], { environment });
  expect(exitCode).toBe(0);
  expect(dirname(top)).toBe(outer);
}, 60_000);
