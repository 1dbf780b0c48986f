import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DOCKER_FORMS, KUBECONFIG_FORMS, kubeconfigWith, needles } from '../support/canary-credentials.ts';
import { cli } from '../support/cli.ts';
import { HONEST, type HostileApi, hostileApi } from '../support/hostile-api.ts';
import { type PlainGuide, startPlainGuide } from '../support/plain-guide.ts';
import { type PublishForge, publishForge, REPOSITORY } from '../support/publish-forge.ts';
import { type JobRequest, publishJob } from '../support/publish-job.ts';

/** How many canaries are sent through; the suite takes each form once, each with one of the commands. */
const COUNT = Number(process.env['CANARIES'] ?? Object.keys(KUBECONFIG_FORMS).length);
const EVERY_COMMAND = process.env['CANARIES'] !== undefined;

const ECHOES = [
  [400, 'BadRequest'],
  [409, 'Conflict'],
  [422, 'Invalid'],
  [403, 'Forbidden'],
  [500, 'InternalError'],
] as const;

/** The steps of the Action, with what starts them, and the command line with its formats. */
const RUNS = ['plan', 'propose', 'apply', 'drift', 'smoke', 'validate', 'render', 'json', 'sarif', 'init'] as const;
type Run = (typeof RUNS)[number];

const OFFLINE: ReadonlySet<Run> = new Set(['render', 'init']);
/** Never get as far as a request. */
const UNSENT = new Set(['a proxy with a password', 'a text that no parser takes', 'a client key that is none']);
/** Cannot be handed over to another cluster, so that what compares Secrets stops before a request. */
const NOT_HANDED_OVER = new Set(['a token file', 'a plug-in']);
const COMPARES: ReadonlySet<Run> = new Set(['plan', 'propose', 'apply', 'drift', 'json']);
/** Runs that send fewer requests than this at least. */
const FEW: Partial<Record<Run, number>> = { smoke: 2, validate: 4, sarif: 4 };
/** Runs that compare send more than this to each cluster. */
const FEWEST_OF_ONE = 12;
const sends = (run: Run, form: string) =>
  !OFFLINE.has(run) && !UNSENT.has(form) && !(NOT_HANDED_OVER.has(form) && COMPARES.has(run));

let guide: PlainGuide;
let hub: PublishForge;
let central: HostileApi;
let distributed: HostileApi;
let folder: string;
let pull: number;
let token: string;

beforeAll(async () => {
  guide = await startPlainGuide();
  hub = await publishForge((text) => guide.declare(text));
  token = hub.token;
  [central, distributed] = await Promise.all([hostileApi(guide.central), hostileApi(guide.distributed)]);
  folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-canaries-'));
  const honest = { ...guide.environment };
  using job = await publishJob({ ...common('propose'), secrets: honest });
  const { exitCode, outputs, lines } = await job.run();
  expect([exitCode, exitCode === 0 ? [] : lines]).toEqual([0, []]);
  await hub.merge(Number(outputs['pull-request-number']));
  const declaration = await hub.file('main', 'clusters.yaml');
  pull = await hub.openPull('topic', { 'clusters.yaml': `${declaration}\n# touched\n` });
}, 240_000);

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await Promise.all([central, distributed].map((api) => api?.[Symbol.asyncDispose]()));
  await hub?.[Symbol.asyncDispose]();
  await guide?.[Symbol.asyncDispose]();
});

function common(command: JobRequest['command']): Pick<JobRequest, 'twin' | 'repository' | 'command' | 'event' | 'token'> {
  const event: JobRequest['event'] =
    command === 'plan' ? { name: 'pull_request', number: pull } : { name: 'push', branch: 'main', after: hub.head('main') ?? '' };
  return { twin: hub.twin, repository: REPOSITORY, command, event, token };
}

/** A word that nothing else is, for the secrets of one round. */
function newCanary(): string {
  return `CNRY${randomBytes(9).toString('hex')}`;
}

/** All that a run left for somebody to see. Masks are how the runner learns what to hide. */
async function left(run: Run, secrets: Record<string, string>): Promise<string> {
  if (run === 'init' || run === 'json' || run === 'sarif') {
    using job = await publishJob({ ...common('validate'), secrets });
    const words = { init: ['init'], json: ['plan', '--format', 'json'], sarif: ['validate', '--live', '--format', 'sarif'] }[run];
    const { stdout, stderr } = await cli(job.workspace, words, { environment: secrets });
    if (run !== 'init') JSON.parse(stdout);
    return [stdout, stderr, filesBelow(job.workspace)].join('\n');
  }
  const inputs = {
    apply: { 'gate-timeout': '2', 'lock-timeout': '1' },
    smoke: { 'lock-timeout': '1' },
    validate: { live: 'true' },
  }[run as string];
  using job = await publishJob({ ...common(run), ...(inputs === undefined ? {} : { inputs }), secrets });
  const results = [await job.run(), ...(run === 'apply' || run === 'smoke' ? [await job.cleanUp()] : [])];
  const said = results.flatMap(({ lines, summary, outputs, annotations }) => [
    ...lines.filter((line) => !line.startsWith('::add-mask::')),
    summary,
    JSON.stringify([outputs, annotations]),
  ]);
  return [...said, filesBelow(dirname(job.workspace))].join('\n');
}

/** Texts of all files, those of git too. */
function filesBelow(path: string): string {
  if (statSync(path).isFile()) return readFileSync(path, 'latin1');
  return readdirSync(path)
    .map((name) => filesBelow(join(path, name)))
    .join('\n');
}

async function onGithub(): Promise<string> {
  const objects = await hub.twin.git(REPOSITORY).attempt(['cat-file', '--batch-all-objects', '--batch']);
  return [objects.stdout.toString('latin1'), JSON.stringify(hub.twin.repository(REPOSITORY))].join('\n');
}

const forms = Object.keys(KUBECONFIG_FORMS);
const rounds = Array.from({ length: COUNT }, (_, index) => {
  const [code, reason] = ECHOES[index % ECHOES.length]!;
  const runs = EVERY_COMMAND ? RUNS : [RUNS[index % RUNS.length]!];
  const honest = [0, 12, 3, 18, 7][(index + Math.floor(index / forms.length)) % 5]!;
  return { form: forms[index % forms.length]!, runs, hostility: { code, reason, honest, inObjects: index % 2 === 1 }, index };
});

test.each(rounds)(
  'no canary is anywhere: $form, through $runs, servers that echo ($hostility.code after $hostility.honest)',
  async ({ form, runs, hostility, index }) => {
    const [canary, registry] = [newCanary(), newCanary()];
    const docker = DOCKER_FORMS[index % DOCKER_FORMS.length]!(registry);
    const secrets = {
      KUBECONFIG_CLUSTER1: kubeconfigWith(form, `${canary}one`, folder, central),
      KUBECONFIG_CLUSTER2: Buffer.from(kubeconfigWith(form, `${canary}two`, folder, distributed)).toString('base64'),
      CN2_PULL_SECRET: JSON.stringify({ auths: { 'lab.local': docker } }),
    };
    for (const run of runs) {
      const alone = index % 3 === 0 && run !== 'smoke';
      // Some ask little before they end; a smoke test that gets as far as its probes waits for nodes that are not there.
      const few = FEW[run] ?? (alone ? FEWEST_OF_ONE : undefined);
      const how = { ...hostility, honest: few === undefined ? hostility.honest : hostility.honest % few };
      central.be(how);
      distributed.be(alone ? HONEST : how);
      const echoed = () => central.sent.length + distributed.sent.length;
      const before = echoed();
      const everything = await left(run, secrets);
      // Else nothing was tried: these do send what they are given, and one of the two says so.
      if (sends(run, form)) expect([run, echoed() - before]).not.toEqual([run, 0]);
      expect(everything.length).toBeGreaterThan(100);
      const found = [canary, registry].flatMap(needles).filter((needle) => everything.includes(needle));
      expect([run, found, around(everything, found)]).toEqual([run, [], []]);
    }
    const there = await onGithub();
    expect([canary, registry].flatMap(needles).filter((needle) => there.includes(needle))).toEqual([]);
    const tried = [...central.dryRuns, ...distributed.dryRuns].filter((body) => body.includes('"kind":"Secret"'));
    expect(tried).toEqual([]);
  },
  EVERY_COMMAND ? 300_000 : 120_000,
);

test('the token for GitHub is nowhere either', async () => {
  expect(await onGithub()).not.toContain(token);
});

/** Where a canary was found, for who has to find out why. */
function around(text: string, found: readonly string[]): string[] {
  return found.map((needle) => text.slice(Math.max(0, text.indexOf(needle) - 200), text.indexOf(needle) + 100));
}
