import { describe, expect, test } from '@jest/globals';
import { releasedProbeImage } from '../../../src/cn2/probe-image.ts';
import { check, checkOf, doctorConditions } from '../../../src/doctor/checks.ts';
import { reachCheck } from '../../../src/doctor/clusters.ts';
import { credentialCheck } from '../../../src/doctor/credentials.ts';
import { declarationChecks } from '../../../src/doctor/declaration.ts';
import { type GithubFacts, githubChecks } from '../../../src/doctor/github.ts';
import { isOfManifests, manifestChecks } from '../../../src/doctor/manifests.ts';
import { smokeChecks } from '../../../src/doctor/smoke.ts';
import { workflowChecks } from '../../../src/doctor/workflows.ts';
import type { DoctorArea, DoctorCheck, DoctorState } from '../../../src/model/doctor.ts';
import type { Finding } from '../../../src/model/finding.ts';
import type { InitDocument } from '../../../src/model/init.ts';
import type { LiveCluster } from '../../../src/model/live.ts';
import type { RepositorySettings } from '../../../src/model/repository-settings.ts';
import { PLAIN } from '../../../src/model/style.ts';
import { doctorMarkdown } from '../../../src/report/markdown/doctor.ts';
import { doctorText } from '../../../src/report/text/doctor.ts';
import { guideDesired } from '../../support/planning.ts';

const { fleet } = guideDesired();
const said = (checks: readonly DoctorCheck[]) => checks.map(({ subject, state, seen }) => `${state} ${subject}: ${seen}`);
const error: Finding = {
  rule: 'E1',
  severity: 'error',
  file: 'clusters.yaml',
  line: 7,
  column: 3,
  message: 'overlaps',
  remedy: 'Move it.',
};

describe('how it ends', () => {
  const ends = (...checks: [DoctorArea, DoctorState][]) =>
    doctorConditions(checks.map(([area, state]) => check(area, 'x', state, 'y')));
  test.each([
    [[], []],
    [
      [
        ['github', 'unknown'],
        ['workflows', 'remark'],
        ['smoke', 'unknown'],
      ],
      [],
    ],
    [[['workflows', 'to-do']], ['rule-broken']],
    [[['credentials', 'to-do']], ['unknown-cluster']],
    [[['clusters', 'unknown']], ['unknown-cluster']],
    [[['rights', 'remark']], []],
    [
      [
        ['declaration', 'to-do'],
        ['rights', 'to-do'],
      ],
      ['rule-broken', 'unknown-cluster'],
    ],
  ] as [[DoctorArea, DoctorState][], string[]][])('%j: %j', (checks, conditions) => {
    expect(ends(...checks)).toEqual(conditions);
  });
});

describe('declaration', () => {
  const facts = { shownFile: 'clusters.yaml', fleet, flag: '', gaps: [], findings: [] };
  test('valid, with what it has', () => {
    expect(said(declarationChecks(facts))[0]).toMatch(
      /^ok clusters.yaml: valid: 2 clusters, \d+ namespaces, 2 networks, 1 connection$/,
    );
  });
  test('what is left to fill in, with its lines; a rule that it breaks is not another fault', () => {
    const gaps = [{ line: 7, key: 'central.server' }];
    const [first, ...others] = declarationChecks({ ...facts, gaps, findings: [error] });
    expect(first).toMatchObject({
      state: 'to-do',
      seen: '1 value to fill in: central.server (line 7)',
      command: 'cn2-fleet validate',
    });
    expect(others).toEqual([]);
  });
  test('errors are counted, and the first is said; warnings beside them', () => {
    const warning = { ...error, severity: 'warning' as const };
    expect(said(declarationChecks({ ...facts, findings: [error, { ...error, line: 9 }, warning] }))).toEqual([
      'to-do clusters.yaml: 2 errors: the first is clusters.yaml:7 E1 overlaps',
      'remark clusters.yaml: 1 warning: clusters.yaml:7 E1 overlaps',
    ]);
  });
});

describe('credentials', () => {
  const needed = { name: 'KUBECONFIG_CLUSTER1', secret: 'KUBECONFIG_CLUSTER1', for: ['kubeconfig of cluster1'] };
  const pull = { name: 'PULL', secret: 'PULL', for: ['pull secret (docker config JSON)'] };
  const of = (value: string, which = needed) => credentialCheck({ needed: which, value: { status: 'ok', value } }, 0);
  const kubeconfig = (user: object) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'c',
      clusters: [{ name: 'c', cluster: { server: 'https://192.0.2.1:6443' } }],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    });
  const token = (claims: object) => `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;

  test('a missing one: how it is set', () => {
    const missing = credentialCheck({ needed, value: { status: 'missing', reason: 'environment variable X is not set' } }, 0);
    expect(missing).toMatchObject({
      state: 'to-do',
      command: `export KUBECONFIG_CLUSTER1="$(base64 < cluster1.kubeconfig | tr -d '\\n')"`,
    });
  });
  test('what it is, and nothing of its value', () => {
    const secret = token({ sub: 'system:serviceaccount:cn2-fleet:cn2-fleet-plan', exp: 86_400 * 365 });
    const { state, seen } = of(kubeconfig({ token: secret }));
    expect([state, seen]).toEqual([
      'ok',
      'kubeconfig of cluster1: context c at https://192.0.2.1:6443, token of cn2-fleet/cn2-fleet-plan, good until 1971-01-01',
    ]);
  });
  test('one that has expired, and one that is none', () => {
    const gone = credentialCheck({ needed, value: { status: 'ok', value: kubeconfig({ token: token({ exp: 1 }) }) } }, 2000);
    expect(gone).toMatchObject({ state: 'to-do', seen: 'kubeconfig of cluster1: its token has expired (1970-01-01)' });
    expect(of('hello').state).toBe('to-do');
  });
  test('pull secrets', () => {
    expect(of('{"auths":{"hub.juniper.net":{"auth":"Y2FuYXJ5OnB1bGw="}}}', pull).seen).toBe(
      'pull secret (docker config JSON): logs in to hub.juniper.net',
    );
    expect(of('{"auths":{}}', pull).state).toBe('to-do');
    expect(of('no JSON', pull).state).toBe('to-do');
  });
});

describe('clusters', () => {
  const cluster = {
    name: 'c',
    role: 'central',
    status: 'unknown',
    resources: [],
    unavailableGroups: [],
    listings: [],
    emulated: false,
    requests: 0,
  } as LiveCluster;
  test('one that answers, one that does not, one that was not asked', () => {
    const facts = { nodes: [], daemonSets: [], serverVersion: 'v1.36.3' };
    expect(reachCheck({ cluster: { ...cluster, facts }, server: 'https://s', identity: 'me', findings: [] })).toMatchObject({
      state: 'ok',
      seen: 'https://s answers: Kubernetes v1.36.3, which knows us as me',
    });
    const finding = { ...error, message: 'c: no answer', remedy: 'Look.' };
    expect(reachCheck({ cluster, server: 'https://s', findings: [finding] })).toMatchObject({
      state: 'to-do',
      seen: 'https://s: no answer',
      remedy: 'Look.',
    });
    const named = { ...finding, message: 'c: https://s refuses connections' };
    expect(reachCheck({ cluster, server: 'https://s', findings: [named] }).seen).toBe('https://s refuses connections');
    expect(reachCheck({ cluster, findings: [] }).state).toBe('unknown');
  });
});

describe('vendor’s files', () => {
  const facts = { folders: ['cn2/22.2'], version: '22.2.0.93', files: ['cn2/22.2/a.yaml'], findings: [] };
  test('none: where they are and how they get here', () => {
    const [first] = manifestChecks({ ...facts, files: [], findings: [{ ...error, rule: 'manifests', message: 'no files' }] });
    expect(first).toMatchObject({
      state: 'to-do',
      seen: 'no files',
      command: expect.stringContaining('releases/22.2/multi-cluster/'),
    });
  });
  test('as published, changed, with errors, and not to be told', () => {
    const state = { asPublished: true, differs: [] };
    expect(manifestChecks({ ...facts, state }).map((one) => one.state)).toEqual(['ok']);
    expect(manifestChecks({ ...facts, state: { asPublished: false, differs: ['a.yaml'] } })[0]).toMatchObject({
      state: 'remark',
    });
    expect(manifestChecks({ ...facts, findings: [error] }).map((one) => one.state)).toEqual(['to-do']);
    expect(manifestChecks(facts).map((one) => one.state)).toEqual(['unknown']);
  });
  test('whose findings are whose', () => {
    expect(isOfManifests(error, 'clusters.yaml', facts.folders)).toBe(false);
    expect(isOfManifests({ ...error, rule: 'manifests' }, 'clusters.yaml', facts.folders)).toBe(true);
    expect(isOfManifests({ ...error, file: 'cn2/22.2/a.yaml' }, 'clusters.yaml', facts.folders)).toBe(true);
  });
});

describe('workflows', () => {
  const path = '.github/workflows/cn2-fleet-plan.yml';
  const document: InitDocument = {
    schemaVersion: 1,
    declaration: 'clusters.yaml',
    written: [],
    unchanged: ['clusters.yaml', path],
    updated: [],
    removed: [],
    adapted: [],
    completed: [],
    differing: [],
    diffs: [],
    credentials: [{ name: 'A', secret: 'A', for: ['x'] }],
    next: [],
  };
  const step = (env: string) => `jobs:\n  plan:\n    steps:\n      - uses: cn2-fleet/cn2-fleet@v1\n        env:\n${env}`;
  const facts = {
    document,
    files: [{ path, text: step(`          A: \${{ secrets.A }}\n`) }],
    flag: '',
    runsOn: 'self-hosted',
    servers: [],
  };
  test('as init writes them; the declaration is none of them', () => {
    expect(said(workflowChecks(facts))).toEqual([`ok ${path}: is as init writes it`]);
  });
  test('each that is not', () => {
    const other = {
      ...document,
      unchanged: [],
      written: ['clusters.yaml', path],
      updated: ['u'],
      adapted: ['a'],
      completed: [{ path: 'c', added: ['A'] }],
      differing: [{ path: 'd', lacks: ['A'] }],
    };
    expect(workflowChecks({ ...facts, document: other, files: [] }).map(({ subject, state }) => `${subject} ${state}`)).toEqual([
      `${path} to-do`,
      'u remark',
      'c to-do',
      'd to-do',
      'a ok',
    ]);
  });
  test('secrets that nothing names any more', () => {
    const text = step(`          A: \${{ secrets.A }}\n          B: \${{ secrets.B }}\n          C: plain\n`);
    expect(said(workflowChecks({ ...facts, files: [{ path, text }] }))[1]).toBe(
      `remark ${path}: passes on B, which the declaration does not name`,
    );
  });
  test('a runner on the internet does not reach private addresses', () => {
    const runsOn = 'ubuntu-latest';
    const reaches = (...servers: string[]) => workflowChecks({ ...facts, runsOn, servers }).length === 1;
    expect(reaches('https://203.0.113.1:6443', 'https://api.example.org')).toBe(true);
    for (const server of [
      'https://10.1.2.3:6443',
      'https://172.27.115.180:6443',
      'https://[fd00::1]:6443',
      'https://127.0.0.1:1',
    ])
      expect([server, reaches(server)]).toEqual([server, false]);
    expect(workflowChecks({ ...facts, servers: ['https://10.1.2.3:6443'] })).toHaveLength(1);
  });
});

describe('GitHub', () => {
  const told: RepositorySettings = {
    name: 'acme/fleet',
    repository: { told: { defaultBranch: 'main', archived: false } },
    actions: { told: { enabled: true, allowed: 'all' } },
    mayOpenPullRequests: { told: true },
    environment: { told: { branches: 'named' } },
    secrets: { told: ['A'] },
    environmentSecrets: { told: [] },
  };
  const facts: GithubFacts = {
    settings: told,
    environment: 'guide',
    branch: 'main',
    credentials: [{ name: 'a', secret: 'a', for: ['x'] }],
    flag: '',
  };
  const states = (settings: Partial<RepositorySettings>, more: Partial<GithubFacts> = {}) =>
    githubChecks({ ...facts, ...more, settings: { ...told, ...settings } }).map(({ state }) => state);

  test('all as it should be', () => {
    expect(states({})).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  });
  test('nobody to ask, or a token that may not see: where to look', () => {
    const asked = githubChecks({ ...facts, settings: { untold: 'there is no token for GitHub' } });
    expect(asked).toMatchObject([{ state: 'unknown', command: 'GITHUB_TOKEN="$(gh auth token)" cn2-fleet doctor' }]);
    const untold = { untold: 'the token may not see it (GitHub answers 403)' };
    const blind = { actions: untold, mayOpenPullRequests: untold, environment: untold, secrets: untold };
    expect(states(blind)).toEqual(['ok', 'unknown', 'unknown', 'unknown', 'unknown']);
    for (const { remedy } of githubChecks({ ...facts, settings: { ...told, ...blind } }).slice(1))
      expect(remedy).toMatch(/^Look at /);
  });
  test('what keeps a run from working is to do, what does not is a remark', () => {
    expect(states({ repository: { told: { defaultBranch: 'main', archived: true } } })[0]).toBe('to-do');
    expect(states({ repository: { told: { defaultBranch: 'trunk', archived: false } } })[0]).toBe('remark');
    expect(states({ actions: { told: { enabled: false, allowed: 'all' } } })[1]).toBe('to-do');
    expect(states({ actions: { told: { enabled: true, allowed: 'selected' } } })[1]).toBe('remark');
    expect(states({ mayOpenPullRequests: { told: false } })[2]).toBe('to-do');
    expect(states({ environment: { told: undefined } })[3]).toBe('remark');
    expect(states({ environment: { told: { branches: 'any' } } })[3]).toBe('remark');
    expect(states({ secrets: { told: [] } })[4]).toBe('to-do');
  });
  test.each<[NonNullable<Extract<RepositorySettings['environment'], { told: unknown }>['told']>, string]>([
    [{ branches: 'named', admits: ['main'] }, 'ok'],
    [{ branches: 'named', admits: ['release/*', 'm*'] }, 'ok'],
    [{ branches: 'named', admits: ['release/*'] }, 'to-do'],
    [{ branches: 'named', admits: ['main*/x', '?ain2'] }, 'to-do'],
    [{ branches: 'named', admits: [] }, 'to-do'],
    [{ branches: 'protected', admits: ['main'] }, 'ok'],
    [{ branches: 'protected', admits: [] }, 'to-do'],
    [{ branches: 'protected' }, 'ok'],
  ])('an environment that %j is for the default branch: %s', (environment, state) => {
    expect(states({ environment: { told: environment } })[3]).toBe(state);
  });
  test('the command has the declaration that was looked at', () => {
    const [only] = githubChecks({ ...facts, flag: ' -f prod/clusters.yaml', settings: { untold: 'x' } });
    expect(only?.command).toBe('GITHUB_TOKEN="$(gh auth token)" cn2-fleet doctor -f prod/clusters.yaml');
  });
  test('a secret of the environment alone does not reach a plan', () => {
    const [last] = githubChecks({
      ...facts,
      settings: { ...told, secrets: { told: [] }, environmentSecrets: { told: ['A'] } },
    }).slice(-1);
    expect(last?.seen).toContain('a plan does not get it');
  });
});

describe('the probe image', () => {
  const smoke = { defaultPodNetwork: [], networks: 'none' as const, thresholds: { lossPercent: 0, rttP95Ms: 100 } };
  const of = (image?: string) =>
    smokeChecks(
      { ...fleet, smoke: { ...fleet.smoke, ...smoke, ...(image === undefined ? {} : { image }) } } as typeof fleet,
      () => '{"auths":{"hub.example.net":{"auth":"Y2FuYXJ5OnB1bGw="}}}',
    )[0];
  test('what can be told of it', () => {
    expect(of('hub.example.net/probe:1')).toMatchObject({
      state: 'unknown',
      seen: expect.stringContaining('the pull secret has a login for it'),
    });
    expect(of('probe')?.seen).toContain('comes from docker.io/library; no pull secret has a login for it');
    expect(of('Not An Image')?.state).toBe('to-do');
    const { smoke: _, ...without } = fleet;
    const { image: __, ...unnamed } = { image: '', ...fleet.smoke, ...smoke };
    const released = smokeChecks({ ...fleet, smoke: unnamed }, () => undefined);
    expect(released.map(({ state, seen }) => [state, seen.split(' ')[0]])).toEqual([
      ['unknown', releasedProbeImage(fleet.release.registry?.split('/')[0])],
    ]);
    expect(smokeChecks(without, () => undefined)[0]?.state).toBe('remark');
  });
});

describe('for people', () => {
  const checks = [
    check('declaration', 'clusters.yaml', 'ok', 'valid'),
    checkOf('cn2', 'cluster1', error),
    check('github', 'secrets', 'unknown', 'not seen', { remedy: 'Look.', command: 'gh secret list' }),
    check('github', 'environment', 'remark', 'any branch'),
  ];
  test('text: an area, a line each, what to do and the command below', () => {
    expect(doctorText({ schemaVersion: 1, declaration: 'clusters.yaml', checks }, PLAIN)).toBe(`declaration
  ok: clusters.yaml: valid

CN2
  to do: cluster1: clusters.yaml:7 E1 overlaps
      hint: Move it.

GitHub
  cannot be told: secrets: not seen
      hint: Look.
        gh secret list
  remark: environment: any branch

1 thing to do; 1 remark; 1 cannot be told.
`);
    expect(doctorText({ schemaVersion: 1, declaration: 'c', checks: checks.slice(0, 1) }, PLAIN)).toMatch(
      /Nothing is left to do for a first run\.\n$/,
    );
  });
  test('Markdown: what is to do stays longest', () => {
    const whole = doctorMarkdown({ schemaVersion: 1, declaration: 'clusters.yaml', checks, emulated: true });
    expect(whole).toContain('❌ `cluster1` clusters.yaml:7 E1 overlaps');
    expect(whole).toContain('  - `gh secret list`');
    const many = [...Array.from({ length: 9 }, () => checks[0]!), ...checks];
    const short = doctorMarkdown({ schemaVersion: 1, declaration: 'clusters.yaml', checks: many }, 700);
    expect(short).toContain('cluster1');
    expect(short).toContain('Not shown here');
  });
});
