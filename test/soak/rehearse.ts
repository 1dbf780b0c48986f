/**
 * A pull request of the guide that breaks a connection is rehearsed: red before it is merged, with the cause; and a rehearsal that is
 * interrupted leaves nothing: node test/soak/rehearse.ts [act|interrupted]. Ends with 1 where something is not so. `act`: by the shipped workflow, in
 * a repository of a GitHub of our own, for a fork, without a secret.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect, promisify } from 'node:util';
import { ensureBinaries } from '../../lab/binaries/binaries.ts';
import { cacheFolder } from '../../lab/binaries/cache.ts';
import { fleetRepository } from '../../lab/github/fleet-repository.ts';
import { startTwin } from '../../lab/github/twin.ts';
import { labsOnHost } from '../../lab/kind/state.ts';
import type { RehearsalDocument } from '../../src/model/rehearse.ts';
import { REPOSITORY, VERSION } from '../../src/version.ts';
import { cli, guideCopy } from '../support/cli.ts';
import { labTurn } from '../support/lab.ts';
import { say } from './lab-run.ts';

const ROOT = join(import.meta.dirname, '../..');
const MOST_SECONDS = 360;

/** Nobody manages the namespace any more, and the labels that are said of it are not those that it has: vnr1 selects nothing. */
const broken = (text: string) =>
  text.replace(
    '{cluster: cluster2, name: ns1, isolated: true, labels: {ns: cluster2-ns1}}',
    '{cluster: cluster2, name: ns1, isolated: true, manage: false, labels: {ns: of-cluster2}}',
  );

function git(folder: string, ...words: string[]): string {
  const about = ['-c', 'user.name=test', '-c', 'user.email=test@example.test'];
  return execFileSync('git', ['-C', folder, ...about, ...words], { encoding: 'utf8' }).trim();
}

/** Not so that this process waits: its server is the one that is pushed to. */
const push = promisify(execFile);

/** A clone with the guide on main and the change in its work tree. */
function changed(): string {
  const folder = guideCopy();
  git(folder, 'init', '--quiet', '-b', 'main');
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '-m', 'The guide');
  const file = join(folder, 'clusters.yaml');
  writeFileSync(file, broken(readFileSync(file, 'utf8')));
  return folder;
}

/** Red paths with their cause, and how long they were without an answer. */
function judge(document: RehearsalDocument): void {
  const { outcome, smoke, before, continuity } = document;
  const red = (smoke?.pairs ?? []).filter(({ verdict }) => verdict !== 'ok');
  const [diagnosis] = smoke?.diagnoses ?? [];
  say(`  ${outcome}: ${red.length} of ${smoke?.pairs.length} paths; ${diagnosis?.cause}`);
  if (outcome !== 'broken' || red.length !== 2 || before?.pairs.some(({ verdict }) => verdict !== 'ok') !== false)
    throw new Error(`red after and green before was expected: ${JSON.stringify(document).slice(0, 4000)}`);
  if (diagnosis?.paths.length !== 2 || !diagnosis.cause.includes('VirtualNetworkRouter ns1/vnr1'))
    throw new Error(`not the cause: ${JSON.stringify(smoke?.diagnoses)}`);
  const interrupted = (continuity?.paths ?? []).filter(({ interruptions }) => interruptions.length > 0);
  const lasting = interrupted.filter(({ interruptions }) =>
    interruptions.every(({ planned, lasting: still }) => still && planned.includes('traffic')),
  );
  if (continuity?.paths.length !== 6 || interrupted.length !== 2 || lasting.length !== 2)
    throw new Error(`two paths were to be interrupted, as planned: ${JSON.stringify(continuity)}`);
}

/** No container, network or record of the rehearsal is left. */
async function nothingLeft(): Promise<void> {
  const labs = (await labsOnHost(cacheFolder())).filter((name) => name.startsWith('rehearsal-'));
  const engine = (...words: string[]) => {
    try {
      return execFileSync('podman', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    } catch {
      return '';
    }
  };
  const containers = engine('ps', '--all', '--format', '{{.Names}}').split('\n');
  const networks = engine('network', 'ls', '--format', '{{.Name}}').split('\n');
  const routes = execFileSync('ip', ['route'], { encoding: 'utf8' })
    .split('\n')
    .filter((route) => route.startsWith('203.0.113.'));
  const left = [...labs, ...[...containers, ...networks].filter((name) => name.includes('rehearsal-')), ...routes];
  if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
}

async function byCommand(): Promise<void> {
  const folder = changed();
  try {
    await using _turn = await labTurn();
    const started = performance.now();
    const { exitCode, stdout, stderr } = await cli(folder, ['rehearse', '--from', 'main', '--format', 'json']);
    say(`  rehearsed in ${((performance.now() - started) / 1000).toFixed(0)} s`);
    if (exitCode !== 9) throw new Error(`ended with ${exitCode}, not 9:\n${stdout.slice(-3000)}\n${stderr.slice(-3000)}`);
    judge(JSON.parse(stdout) as RehearsalDocument);
    await nothingLeft();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** At each moment, however it is interrupted: it ends as interrupted, and nothing stays. */
async function interrupted(): Promise<void> {
  const folder = changed();
  try {
    await using _turn = await labTurn();
    for (const [signal, line] of [
      ['SIGINT', 'creating cluster'],
      ['SIGTERM', 'apply the base'],
      ['SIGINT', 'apply the change'],
    ] as const) {
      const code = await interruptedAt(folder, signal, line);
      say(`  ${signal} at "${line}": ended with ${code}`);
      if (code !== 130) throw new Error(`ended with ${code}, not 130`);
      await nothingLeft();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function interruptedAt(folder: string, signal: NodeJS.Signals, line: string): Promise<number | null> {
  const words = ['--disable-warning=ExperimentalWarning', join(ROOT, 'src/main.ts'), 'rehearse', '--from', 'main'];
  const child = spawn(process.execPath, words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  let sent = false;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (sent || !said.includes(line)) return;
    sent = true;
    setTimeout(() => child.kill(signal), 1_000);
  });
  return new Promise((resolve) => child.once('close', resolve));
}

/** The pull request of a fork: the shipped workflow, the tool at its release, no secret. */
async function byWorkflow(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-rehearse-'));
  const artifacts = join(folder, 'artifacts');
  const twin = await startTwin({ folder: join(folder, 'github') });
  try {
    const { act } = await ensureBinaries(['act']);
    await published(twin, join(folder, 'tool'));
    const repository = await fleetRepository({
      ...{ twin, owner: 'octo', name: 'fleet', act, actions: {}, secrets: {} },
      // What has been built and installed is not built and installed again.
      environment: {
        CN2_FLEET_CACHE: cacheFolder(),
        NODE_MODULES: join(ROOT, 'node_modules'),
        GOROOT: execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim(),
        ARTIFACTS: artifacts,
      },
    });
    const guide = guideCopy();
    cpSync(join(ROOT, 'workflows/rehearse.yml'), join(guide, '.github/workflows/cn2-fleet-rehearse.yml'));
    git(guide, 'init', '--quiet', '-b', 'main');
    git(guide, 'add', '--all');
    git(guide, 'commit', '--quiet', '-m', 'The guide');
    await push('git', ['-C', guide, 'push', '--quiet', repository.cloneUrl, 'main']);
    const text = readFileSync(join(guide, 'clusters.yaml'), 'utf8');
    rmSync(guide, { recursive: true, force: true });
    await twin.createRepository({ owner: 'stranger', name: 'fleet', forkOf: 'octo/fleet' });
    await twin.commit('stranger/fleet', { branch: 'change', files: { 'clusters.yaml': broken(text) }, author: 'stranger' });
    const number = await repository.client.openPull({ title: 'Change', head: 'stranger:change', base: 'main' });
    await using _turn = await labTurn();
    const started = performance.now();
    const runs = await repository.happens({ name: 'pull_request', number });
    const seconds = (performance.now() - started) / 1000;
    const run = runs.find(({ workflow }) => workflow.endsWith('cn2-fleet-rehearse.yml'))?.run;
    say(`  the workflow ended after ${seconds.toFixed(0)} s: ${run?.result}`);
    const file = join(artifacts, 'cn2-fleet-rehearsal/cn2-fleet-rehearse.json');
    if (run?.result !== 'failure')
      throw new Error(`a red job was expected:\n${[...(run?.log.slice(-60) ?? []), ...(run?.words.slice(-5) ?? [])].join('\n')}`);
    try {
      judge(JSON.parse(readFileSync(file, 'utf8')) as RehearsalDocument);
    } catch (error) {
      throw new Error(`${String(error)}\n${run.log.slice(-60).join('\n')}`);
    }
    const summary = run.summaries.map(({ markdown }) => markdown).join('\n');
    if (!/not all paths are as declared/.test(summary) || !summary.includes('VirtualNetworkRouter'))
      throw new Error(`the summary does not say why: ${summary.slice(0, 2000)}`);
    if (seconds > MOST_SECONDS) throw new Error(`${MOST_SECONDS} s were allowed`);
    await nothingLeft();
  } finally {
    await twin[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The files of this checkout as the tool's repository on the twin, with the tag of its version. */
async function published(twin: Awaited<ReturnType<typeof startTwin>>, folder: string): Promise<void> {
  const [owner = '', name = ''] = REPOSITORY.split('/');
  await twin.createRepository({ owner, name, public: true });
  const token = twin.addToken({ kind: 'personal', login: owner, repositories: [REPOSITORY] });
  execFileSync('git', ['init', '--quiet', '-b', 'main', folder]);
  // Nothing is copied, and the repository of this checkout is left alone.
  const own = [`--git-dir=${folder}/.git`, `--work-tree=${ROOT}`];
  git(ROOT, ...own, 'add', '--all');
  git(ROOT, ...own, 'commit', '--quiet', '-m', 'All of it');
  git(ROOT, ...own, 'tag', `v${VERSION}`);
  const url = twin.url.replace('://', `://${owner}:${token}@`).concat(`/${REPOSITORY}.git`);
  await push('git', [...own, 'push', '--quiet', url, 'main', `v${VERSION}`], { cwd: ROOT });
}

const CASES: Readonly<Record<string, [title: string, work: () => Promise<void>]>> = {
  command: ['by the command, in a clone', byCommand],
  interrupted: ['interrupted', interrupted],
  act: ['by the workflow, in a pull request of a fork', byWorkflow],
};

const [title, work] = CASES[process.argv[2] ?? 'command']!;
say(title);
try {
  await work();
  say('nothing is left');
} catch (error) {
  process.stderr.write(`${inspect(error)}\n`);
  process.exitCode = 1;
}
