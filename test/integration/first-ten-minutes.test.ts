import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { ensureBinaries } from '../../lab/binaries/binaries.ts';
import { publishedAction } from '../../lab/github/act-export.ts';
import { eventOf } from '../../lab/github/events.ts';
import { startTwin, type Twin } from '../../lab/github/twin.ts';
import { runWorkflow } from '../../lab/github/workflow-run.ts';
import { startedWorkflows } from '../../lab/github/workflow-run-started.ts';
import { onTwin } from '../../lab/github/workflow-run-twin.ts';
import type { InitDocument } from '../../src/model/init.ts';
import type { NextStep } from '../../src/model/next-step.ts';
import { settingsOf } from '../../src/setup/workflow-settings.ts';
import { NO_ACT } from '../support/act-repository.ts';
import { type PlainGuide, startPlainGuide } from '../support/plain-guide.ts';

const ROOT = join(import.meta.dirname, '../..');
const NAME = 'acme/network';

jest.setTimeout(120_000);

/** The way of a new user: an empty folder, and then nothing is typed but what the tool printed; what only the user knows is filled in. */
(NO_ACT === undefined ? describe : describe.skip)('the first ten minutes', () => {
  let guide: PlainGuide;
  let twin: Twin;
  let act: string;
  let action: Awaited<ReturnType<typeof publishedAction>>;
  let place: string;
  let folder: string;
  let environment: Record<string, string>;
  let steps: NextStep[];

  beforeAll(async () => {
    [guide, twin, action, { act }] = await Promise.all([
      startPlainGuide(),
      startTwin(),
      publishedAction(ROOT),
      ensureBinaries(['act']),
    ]);
    place = mkdtempSync(join(tmpdir(), 'cn2-fleet-user-'));
    folder = join(place, 'network');
    const token = twin.addToken({ kind: 'personal', login: 'acme' });
    program('cn2-fleet', join(ROOT, 'src/main.ts'));
    program('gh', join(ROOT, 'test/support/gh-stand-in.ts'));
    environment = {
      PATH: [join(place, 'bin'), dirname(process.execPath), process.env['PATH']].join(':'),
      HOME: place,
      GITHUB_API_URL: twin.apiUrl,
      GITHUB_SERVER_URL: twin.url,
      GH_PERSONAL_TOKEN: token,
      GH_VAULT: join(place, 'vault'),
      GIT_CONFIG_GLOBAL: join(place, 'gitconfig'),
      GIT_CONFIG_NOSYSTEM: '1',
    };
    const login = Buffer.from(`acme:${token}`).toString('base64');
    writeFileSync(
      join(place, 'gitconfig'),
      [
        '[user]\n\tname = Ada\n\temail = ada@example.org',
        // gh sets up git's login, too.
        `[http "${twin.url}/"]\n\textraHeader = "Authorization: Basic ${login}"`,
        `[url "file://${vendor()}"]\n\tinsteadOf = https://github.com/Juniper/contrail-networking`,
      ].join('\n'),
    );
  }, 600_000);

  afterAll(async () => {
    await Promise.all([twin?.[Symbol.asyncDispose](), guide?.[Symbol.asyncDispose](), action?.[Symbol.asyncDispose]()]);
    if (place !== undefined) rmSync(place, { recursive: true, force: true });
  });

  function program(name: string, script: string): void {
    mkdirSync(join(place, 'bin'), { recursive: true });
    const file = join(place, 'bin', name);
    writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" --disable-warning=ExperimentalWarning "${script}" "$@"\n`);
    chmodSync(file, 0o755);
  }

  /** What the vendor's repository has, with the lab's small release in place of the real one. */
  function vendor(): string {
    const repository = join(place, 'juniper');
    cpSync(join(ROOT, 'examples/guide/cn2/22.2'), join(repository, 'releases/22.2/multi-cluster'), { recursive: true });
    const identity = ['-c', 'user.name=vendor', '-c', 'user.email=vendor@example.org'];
    for (const words of [
      ['init', '--quiet'],
      ['add', '--all'],
      ['commit', '--quiet', '-m', 'Release'],
    ])
      execFileSync('git', ['-C', repository, ...identity, ...words]);
    return repository;
  }

  /** Lines in a shell in the user's folder; what they printed. */
  function type(lines: readonly string[]) {
    const script = lines.join('\n');
    const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', script], { cwd: folder, env: environment, encoding: 'utf8' });
    return { status, stdout, said: `${script}\n${stdout}${stderr}` };
  }

  const commandsOf = (about: NextStep['about']) => steps.find((step) => step.about === about)?.commands ?? [];

  /** Does a step as it is printed; the twin is of this process, so that it must not wait for it. */
  async function follow(about: NextStep['about'], fill: (command: string) => string = (command) => command) {
    const lines = commandsOf(about).map(fill);
    expect([about, lines.length > 0]).toEqual([about, true]);
    return new Promise<{ status: number | null; said: string }>((resolve) => {
      const child = spawn('sh', ['-e', '-c', lines.join('\n')], { cwd: folder, env: environment });
      let said = `${lines.join('\n')}\n`;
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => {
          said += text;
        });
      child.once('close', (status) => resolve({ status, said }));
    });
  }

  test('an empty folder: init asks nothing and prints seven steps', () => {
    mkdirSync(folder);
    const begun = type(['git init --quiet -b main', 'cn2-fleet init --format json']);
    expect([begun.status, begun.said]).toEqual([0, begun.said]);
    steps = (JSON.parse(begun.stdout) as InitDocument).next;
    expect(steps).toHaveLength(7);
    for (const { commands } of steps) expect(commands.length).toBeGreaterThan(0);
  });

  test('the vendor’s files, and the lines that are to be filled in', async () => {
    // As the note of this step says: 22.2 has multi-cluster without k8s/ before it.
    const fetched = await follow('manifests', (command) => command.replace('RELEASE/k8s', '22.2'));
    expect(fetched).toMatchObject({ status: 0 });
    expect(readdirSync(join(folder, 'cn2')).length).toBeGreaterThan(2);

    const notes = steps.find(({ about }) => about === 'declaration')?.notes ?? [];
    const values: Record<string, string> = {
      'release.version': '22.2.0.93',
      'central.server': guide.central.url,
      'central.podSubnets': '10.233.128.0/17, "fd85:ee78:d8a6:8607::1:0/112"',
      'central.serviceSubnets': '10.233.0.0/17, "fd85:ee78:d8a6:8607::1000/116"',
      'distributed.cluster2.server': guide.distributed.url,
      'distributed.cluster2.podSubnets': '10.234.128.0/17, "fd85:ee78:d8a6:8607::3:0/112"',
      'distributed.cluster2.serviceSubnets': '10.234.0.0/17, "fd85:ee78:d8a6:8607::2:1000/116"',
    };
    const file = join(folder, 'clusters.yaml');
    const lines = readFileSync(file, 'utf8').split('\n');
    for (const note of notes) {
      const [, line, key = ''] = /^line (\d+): (\S+)$/.exec(note) ?? [];
      if (line !== undefined) lines[Number(line) - 1] = lines[Number(line) - 1]!.replace('CHANGE-ME', () => values[key]!);
    }
    writeFileSync(file, lines.join('\n'));
    const valid = await follow('declaration');
    expect(valid.said).not.toMatch(/ error /);
    expect(valid.status).toBe(0);
  });

  test('the secrets, from files that the user has, and two settings', async () => {
    writeFileSync(join(folder, 'cluster1.kubeconfig'), guide.central.kubeconfig);
    writeFileSync(join(folder, 'cluster2.kubeconfig'), guide.distributed.kubeconfig);
    const auth = Buffer.from('user:canary-of-the-pull-secret').toString('base64');
    writeFileSync(join(folder, 'cn2-pull-secret.json'), JSON.stringify({ auths: { 'hub.juniper.net': { auth } } }));
    for (const about of ['secrets', 'pull-requests', 'environment'] as const) {
      const { status, said } = await follow(about);
      expect({ status, said }).toEqual({ status: 0, said });
    }
    const repository = twin.repository(NAME);
    expect(repository.secrets?.map(({ name }) => name).sort()).toEqual([
      'CN2_PULL_SECRET',
      'KUBECONFIG_CLUSTER1',
      'KUBECONFIG_CLUSTER2',
    ]);
    expect(repository.actionsMayOpenPullRequests).toBe(true);
    expect(repository.environments).toMatchObject([{ name: 'fleet', branches: ['main'] }]);
  });

  test('doctor finds nothing to do', async () => {
    const { status, said } = await follow('doctor');
    expect(said).toContain('Nothing is left to do for a first run');
    expect(said).not.toContain('to do:');
    expect(status).toBe(0);
  });

  test('the pull request, and the first plan in its comment', async () => {
    const { status, said } = await follow('first-plan');
    expect({ status, said }).toEqual({ status: 0, said });
    const [pull] = twin.repository(NAME).issues;
    const event = await eventOf(twin.hub, NAME, { name: 'pull_request', number: pull!.number });
    const [workflow = '', ...others] = await startedWorkflows(twin.git(NAME), event);
    expect([workflow, others]).toEqual(['.github/workflows/cn2-fleet-plan.yml', []]);
    const used = settingsOf(readFileSync(join(folder, workflow), 'utf8')).action?.name ?? '';
    const vault = environment['GH_VAULT']!;
    const run = await runWorkflow({
      act,
      ...onTwin(twin, NAME),
      workflow,
      event,
      secrets: Object.fromEntries(readdirSync(vault).map((name) => [name, readFileSync(join(vault, name), 'utf8')])),
      actions: { [used]: action.folder },
      actor: 'acme',
    });
    expect({ result: run.result, words: run.result === 'success' ? [] : run.words }).toEqual({ result: 'success', words: [] });
    const [comment, ...more] = twin.repository(NAME).comments;
    expect(more).toEqual([]);
    expect(comment?.body).toMatch(/Plan for fleet: \d+ to create/);
    // None of the user's own files came along.
    const files = (await twin.git(NAME).run(['ls-tree', '-r', '--name-only', 'declare-fleet'])).split('\n');
    expect(files.filter((path) => !/^(\.gitattributes|\.github\/workflows\/|clusters\.yaml|cn2\/)/.test(path))).toEqual([]);
  });
});
