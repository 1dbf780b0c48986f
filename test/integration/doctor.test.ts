import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { kubeconfigText } from '../../lab/apiserver/kubeconfig.ts';
import { startTwin, type Twin } from '../../lab/github/twin.ts';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import type { DoctorArea, DoctorCheck, DoctorDocument } from '../../src/model/doctor.ts';
import { documents } from '../../src/verbs/doctor/document.schema.ts';
import { asAdministrator } from '../support/as-administrator.ts';
import { cli, guideCopy } from '../support/cli.ts';
import { deploy } from '../support/deployed-identities.ts';
import { type PlainGuide, startPlainGuide, toolRequests } from '../support/plain-guide.ts';

const NAME = 'acme/fleet';
let guide: PlainGuide;
let twin: Twin;
let folder: string;
let github: Record<string, string>;
/** Requests that made the clusters. */
const before = new Map<string, number>();

const git = (...words: string[]) => execFileSync('git', ['-C', folder, ...words], { encoding: 'utf8' });

beforeAll(async () => {
  [guide, twin] = await Promise.all([startPlainGuide(), startTwin()]);
  await twin.createRepository({ owner: 'acme', name: 'fleet' });
  folder = guideCopy((text) => guide.declare(text));
  git('init', '--quiet', '-b', 'main');
  git('remote', 'add', 'origin', `${twin.url}/${NAME}.git`);
  github = {
    GITHUB_API_URL: twin.apiUrl,
    GITHUB_SERVER_URL: twin.url,
    GITHUB_TOKEN: twin.addToken({ kind: 'personal', login: 'acme' }),
  };
  for (const server of [guide.central, guide.distributed]) before.set(server.name, toolRequests(server).length);
}, 120_000);

afterAll(async () => {
  await twin?.[Symbol.asyncDispose]();
  await guide?.[Symbol.asyncDispose]();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

async function doctor(environment: Record<string, string> = { ...guide.environment, ...github }) {
  const { stdout, stderr, exitCode } = await cli(folder, ['doctor', '--format', 'json'], { environment });
  if (stdout === '') throw new Error(stderr);
  const document = documents.doctor.parse(JSON.parse(stdout)) as DoctorDocument;
  const of = (area: DoctorArea): [string, string][] =>
    document.checks.filter((check) => check.area === area).map(({ subject, state }) => [subject, state]);
  return { exitCode, document, of, text: stdout + stderr };
}

const seenOf = (checks: readonly DoctorCheck[], area: DoctorArea) =>
  checks.filter((check) => check.area === area).map(({ seen }) => seen);

describe('before init', () => {
  test('the workflows and the settings are to do; clusters, rights and CN2 are as they should be', async () => {
    twin.repository(NAME).actionsMayOpenPullRequests = false;
    const { exitCode, of, document, text } = await doctor();
    expect(exitCode).toBe(3);
    expect(of('declaration')[0]).toEqual(['clusters.yaml', 'ok']);
    expect(of('credentials').map(([, state]) => state)).toEqual(['ok', 'ok', 'ok']);
    expect(of('clusters')).toEqual([
      ['cluster1', 'ok'],
      ['cluster2', 'ok'],
    ]);
    expect(seenOf(document.checks, 'clusters')[0]).toMatch(
      /^https:\/\/\S+ answers: Kubernetes v1\.\d+.*, which knows us as \S+$/,
    );
    expect(of('rights')).toEqual([
      ['cluster1', 'ok'],
      ['cluster2', 'ok'],
    ]);
    expect(of('cn2').map(([, state]) => state)).not.toContain('unknown');
    expect(seenOf(document.checks, 'cn2').join('\n')).toMatch(
      /CN2 22\.2\.0\.93 is healthy; declared is 22\.2\.0\.93\nCN2 is not there yet/,
    );
    expect(of('workflows').map(([, state]) => state)).toEqual(expect.arrayContaining(['to-do']));
    expect(of('github')).toEqual([
      [NAME, 'ok'],
      ['GitHub Actions', 'ok'],
      ['pull requests of GitHub Actions', 'to-do'],
      ['environment guide', 'remark'],
      ['secret CN2_PULL_SECRET', 'to-do'],
      ['secret KUBECONFIG_CLUSTER1', 'to-do'],
      ['secret KUBECONFIG_CLUSTER2', 'to-do'],
    ]);
    expect(document.emulated).toBe(true);
    expect(text).not.toContain('canary-of-the-pull-secret');
  });

  test('nothing was written, to a cluster, to GitHub or here', async () => {
    const requests = [guide.central, guide.distributed].flatMap((server) => toolRequests(server).slice(before.get(server.name)));
    expect(requests.filter(({ write }) => write)).toEqual([]);
    const posts = requests.filter(({ verb }) => !['get', 'list', 'watch'].includes(verb)).map(({ uri }) => uri.split('?')[0]);
    // Reviews of our own rights alone, of which nothing is stored.
    expect(new Set(posts)).toEqual(
      new Set(['/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', '/apis/authentication.k8s.io/v1/selfsubjectreviews']),
    );
    expect(twin.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(twin.unknown).toEqual([]);
    expect(
      git('status', '--porcelain')
        .split('\n')
        .filter((line) => /rendered|\.github/.test(line)),
    ).toEqual([]);
  });
});

test('after init and with the settings: nothing is left to do', async () => {
  await cli(folder, ['init']);
  const repository = twin.repository(NAME);
  repository.actionsMayOpenPullRequests = true;
  const now = new Date().toISOString();
  const secret = (name: string) => ({ name, created_at: now, updated_at: now });
  repository.secrets = ['CN2_PULL_SECRET', 'KUBECONFIG_CLUSTER1', 'KUBECONFIG_CLUSTER2'].map(secret);
  repository.environments = [
    {
      id: 1,
      name: 'guide',
      branches: ['main'],
      reviewers: [],
      preventSelfReview: false,
      secrets: [],
      createdAt: now,
      updatedAt: now,
    },
  ];
  const { exitCode, document, of } = await doctor();
  expect(document.checks.filter(({ state }) => state === 'to-do')).toEqual([]);
  expect(exitCode).toBe(0);
  expect(of('github').map(([, state]) => state)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  // A runner of GitHub's own does not reach these servers.
  expect(of('workflows')).toEqual(expect.arrayContaining([['.github/workflows', 'remark']]));
});

test('what a token may not see, a wrong one and none: where to look is said, and nothing fails for it', async () => {
  const token = twin.addToken({ repositories: [NAME], permissions: { contents: 'read' } });
  const [ofJob, wrong, none] = await Promise.all([
    doctor({ ...guide.environment, ...github, GITHUB_TOKEN: token }),
    doctor({ ...guide.environment, ...github, GITHUB_TOKEN: 'wrong' }),
    doctor(guide.environment),
  ]);
  const onGithub = ({ document }: typeof ofJob) => document.checks.filter(({ area }) => area === 'github');
  const unseen = onGithub(ofJob).filter(({ state }) => state === 'unknown');
  expect(unseen.map(({ subject }) => subject)).toEqual([
    'GitHub Actions',
    'pull requests of GitHub Actions',
    'environment guide',
    'secrets',
  ]);
  for (const { remedy } of unseen) expect(remedy).toMatch(/^Look at Settings/);
  expect(onGithub(wrong)[0]).toMatchObject({ state: 'unknown', seen: expect.stringContaining('does not accept the token') });
  expect(onGithub(none)).toMatchObject([{ state: 'unknown', command: 'GITHUB_TOKEN="$(gh auth token)" cn2-fleet doctor' }]);
  expect([ofJob, wrong, none].map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
});

/** Kubeconfigs of an identity of deploy/, whose files are put on both clusters before. */
async function as(identity: string, files: readonly string[]): Promise<Record<string, string>> {
  const tokens: Record<string, string> = {};
  for (const [at, server] of [guide.central, guide.distributed].entries()) {
    await using cluster = await kubernetesConnector().connect(server.name, server.kubeconfig);
    await deploy(cluster, at === 0 ? 'central' : 'distributed', files);
    const url = `${cluster.server}/api/v1/namespaces/cn2-fleet/serviceaccounts/cn2-fleet-${identity}/token`;
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } };
    const { status } = JSON.parse(await asAdministrator(url, 'POST', body)) as { status: { token: string } };
    tokens[`KUBECONFIG_CLUSTER${at + 1}`] = kubeconfigText(server.name, cluster.server, '', status.token).replace(
      'certificate-authority-data: ',
      'insecure-skip-tls-verify: true',
    );
  }
  return tokens;
}

test('with the identity that plans: it may, and what else needs another one', async () => {
  const tokens = await as('plan', ['plan.yaml', 'plan-dry-run.yaml']);
  const { document, of } = await doctor({ ...guide.environment, ...github, ...tokens });
  expect(of('rights')).toEqual(['cluster1', 'cluster2'].flatMap((name) => Array.from({ length: 2 }, () => [name, 'remark'])));
  expect(seenOf(document.checks, 'rights').filter((seen) => seen === 'may plan and not apply')).toHaveLength(2);
  const reach = document.checks.filter(({ area }) => area === 'clusters');
  expect(reach[0]?.seen).toContain('which knows us as system:serviceaccount:cn2-fleet:cn2-fleet-plan');
  // Nobody checks these servers.
  expect(reach.filter(({ state }) => state === 'remark')).toHaveLength(2);
  // CN2 cannot work with this kubeconfig (E19).
  expect(document.checks.some(({ area, seen }) => area === 'credentials' && seen.includes('E19'))).toBe(true);
});

test('with the identity that applies: it may, and no right of deploy/ is missed', async () => {
  const tokens = await as('apply', ['plan.yaml', 'apply.yaml']);
  const { document } = await doctor({ ...guide.environment, ...github, ...tokens });
  const rights = document.checks.filter(({ area }) => area === 'rights');
  expect(rights.map(({ subject, state, seen }) => [subject, state, seen.split(':')[0]])).toEqual([
    ['cluster1', 'remark', 'may not run the smoke test'],
    ['cluster2', 'remark', 'may not run the smoke test'],
  ]);
});

test('a missing credential and a server that does not answer: 8, and both are said', async () => {
  const dead = guide.central.kubeconfig.replace(guide.central.url, 'https://127.0.0.1:1');
  const { KUBECONFIG_CLUSTER2: _, ...others } = guide.environment;
  const { exitCode, of, document } = await doctor({ ...others, ...github, KUBECONFIG_CLUSTER1: dead });
  expect(exitCode).toBe(8);
  expect(of('clusters')).toEqual([
    ['cluster1', 'to-do'],
    ['cluster2', 'unknown'],
  ]);
  const missing = document.checks.find(({ subject, state }) => subject === 'KUBECONFIG_CLUSTER2' && state === 'to-do');
  expect(missing?.command).toContain('export KUBECONFIG_CLUSTER2="$(base64 < cluster2.kubeconfig');
});

test('a declaration that cannot be read: 1', async () => {
  const broken = guideCopy(() => '- a list\n');
  try {
    const { exitCode, stdout } = await cli(broken, ['doctor']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('to do: clusters.yaml:');
  } finally {
    rmSync(broken, { recursive: true });
  }
});
