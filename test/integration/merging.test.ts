import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Plan } from '../../src/model/plan.ts';
import { type CommandWorld, commandWorld, type VerbOptions } from '../support/publish-commands.ts';
import { REPOSITORY } from '../support/publish-forge.ts';

/** The guide, attached: nothing is to be done, and rendered/ on main is what was approved. */
let world: CommandWorld;
let declaration: string;
let index: string;

beforeAll(async () => {
  world = await commandWorld();
  await world.attach();
  declaration = await world.hub.file('main', 'clusters.yaml');
  index = await world.hub.file('main', 'rendered/index.json');
}, 120_000);
afterAll(async () => world?.[Symbol.asyncDispose]());

type Entry = { path: string; mode?: string; content?: string; sha?: string | null };
let branches = 0;

/** A branch with entries of a tree as they are, and a pull request from it. */
async function pullOf(entries: readonly Entry[], base = 'main'): Promise<number> {
  const { ada, head } = world.hub;
  branches += 1;
  const branch = `topic-${branches}`;
  const { sha: tree } = await ada('POST', '/git/trees', {
    base_tree: head(base),
    tree: entries.map((entry) => ({ mode: '100644', ...entry })),
  });
  const { sha } = await ada('POST', '/git/commits', { message: branch, tree, parents: [head(base)] });
  await ada('POST', '/git/refs', { ref: `refs/heads/${branch}`, sha });
  return (await ada('POST', '/pulls', { title: branch, head: branch, base })).number;
}

/** The plan of a pull request as a job makes it; `origin` of the run. */
async function planOf(number: number, { origin = {}, ...more }: VerbOptions = {}, words: readonly string[] = []) {
  const sha = await world.checkOut(`refs/pull/${number}/merge`);
  const { headSha, baseBranch } = world.hub.issue(number).pull!;
  const pullRequest = { number, headSha, baseBranch, untrusted: false };
  const ended = await world.verb(['plan', ...words], {
    ...more,
    origin: { event: 'pull_request', sha, pullRequest, ...origin },
  });
  return told(ended.document as unknown as Plan & { findings: { rule: string; message: string; severity: string }[] }, ended);
}

function told(
  { merging, findings }: Plan & { findings: { rule: string; message: string; severity: string }[] },
  { conditions }: { conditions: readonly string[] },
) {
  const said = findings.filter(({ rule }) => rule === 'rendered' || rule === 'removal');
  return {
    merging: `${merging?.touches}: ${merging?.approves}`,
    said: said.map(({ rule, severity, message }) => `${rule} ${severity}: ${message}`),
    deviations: merging?.deviations ?? [],
    conditions,
  };
}

const FILE = 'rendered/cluster1/80-networks/virtualnetwork.ns1.vn1.yaml';

describe('a pull request that touches rendered/', () => {
  test.each<[string, () => Entry[] | Promise<Entry[]>, string, RegExp[]]>([
    ['index.json alone', () => [{ path: 'rendered/index.json', content: `${index}\n` }], 'wrong', [/index.json is not what the/]],
    ['plan.json gone', () => [{ path: 'rendered/plan.json', sha: null }], 'wrong', [/plan.json is missing/]],
    [
      'plan.json alone',
      async () => [{ path: 'rendered/plan.json', content: `${await world.hub.file('main', 'rendered/plan.json')}\n` }],
      'wrong',
      [/plan.json is not the current plan: \d+ too many/],
    ],
    ['a file more', () => [{ path: 'rendered/README.md', content: 'x' }], 'wrong', [/README.md .* this file is not part of it/]],
    ['a file less', () => [{ path: FILE, sha: null }], 'wrong', [/vn1.yaml is missing/]],
    [
      'a symbolic link for a file',
      () => [{ path: FILE, mode: '120000', content: '../x' }],
      'wrong',
      [/vn1.yaml is a symbolic link/],
    ],
    [
      'a submodule',
      () => [{ path: 'rendered/more', mode: '160000', sha: world.hub.head('main')! }],
      'wrong',
      [/rendered\/more is a submodule/],
    ],
    [
      'a folder of nearly its name',
      () => [{ path: 'Rendered/x', content: 'x' }],
      'wrong',
      [/Rendered differs from rendered only in its spelling/],
    ],
  ])(
    '%s: fails',
    async (_, entries, approves, messages) => {
      const { merging, said, conditions } = await planOf(await pullOf(await entries()));
      expect(merging).toBe(`rendered: ${approves}`);
      expect(said).toEqual(messages.map((message) => expect.stringMatching(message)));
      expect(conditions).toContain('rule-broken');
    },
    60_000,
  );

  test('a symbolic link instead of the folder fails', async () => {
    const { merging, said } = await planOf(await pullOf([{ path: 'rendered', mode: '120000', content: 'elsewhere' }]));
    expect(merging).toBe('rendered: wrong');
    expect(said).toContainEqual(expect.stringContaining('rendered leads through rendered, which is a symbolic link'));
  }, 60_000);

  test('a mode that means nothing to an apply is no fault, and approves nothing', async () => {
    const sha = (await world.hub.twin.git(REPOSITORY).run(['rev-parse', `main:${FILE}`])).trim();
    const number = await pullOf([{ path: FILE, mode: '100755', sha }]);
    expect(await planOf(number)).toMatchObject({ merging: 'rendered: nothing', said: [], conditions: [] });
    expect(world.hub.comments(number)[0]).toContain('merging it approves nothing new');
  }, 60_000);

  test('an object is named by what the file says: other fields, another object', async () => {
    const text = await world.hub.file('main', FILE);
    const edited = text.replace('vn: vn1', 'vn: theirs');
    expect(edited).not.toBe(text);
    const { deviations, said } = await planOf(await pullOf([{ path: FILE, content: edited }]));
    expect(deviations).toEqual([
      {
        what: 'different',
        where: 'rendered',
        cluster: 'cluster1',
        kind: 'VirtualNetwork',
        namespace: 'ns1',
        name: 'vn1',
        fields: ['/metadata/labels/vn'],
      },
    ]);
    expect(said).toEqual([expect.stringContaining('vn1.yaml is not what the declaration renders')]);
    const another = await planOf(await pullOf([{ path: FILE, content: text.replace('name: vn1', 'name: theirs') }]));
    expect(another.deviations.map(({ what, name }) => `${what} ${name}`)).toEqual(['surplus theirs', 'missing vn1']);
    // Text that is no object, or no YAML, or would take for ever.
    for (const odd of ['[]', '{', 'a: &a [x]\nb: &b [*a, *a]\n---\n- 1\n', '\u0000'])
      expect((await planOf(await pullOf([{ path: FILE, content: odd }]))).merging).toBe('rendered: wrong');
  }, 120_000);

  test('whatever fleet.json and index.json say, it is no crash', async () => {
    for (const path of ['rendered/fleet.json', 'rendered/index.json', 'rendered/plan.json'])
      for (const odd of [
        '{}',
        '[]',
        'null',
        '7',
        '{"namespaces": 1, "distributed": {}}',
        '{"objects": [{"path": 1}], "clusters": [1]}',
      ])
        expect([path, odd, (await planOf(await pullOf([{ path, content: odd }]))).merging]).toEqual([
          path,
          odd,
          'rendered: wrong',
        ]);
  }, 120_000);

  test('the past is the base’s: a cluster that vanishes from the declaration and from fleet.json at once is missed', async () => {
    const fleet = JSON.parse(await world.hub.file('main', 'rendered/fleet.json')) as { namespaces: { name: string }[] };
    const own = { ...fleet, namespaces: fleet.namespaces.filter(({ name }) => name !== 'alone') };
    const entries = [
      { path: 'rendered/fleet.json', content: `${JSON.stringify(own, null, 2)}\n` },
      { path: 'clusters.yaml', content: declaration.replace(/^.*name: alone.*\n/m, '') },
    ];
    const { said } = await planOf(await pullOf(entries));
    expect(said).toContainEqual(
      expect.stringMatching(/^removal error: namespace alone of cluster1 is no longer in the declaration/),
    );
  }, 60_000);

  test('takes out what should not be there: green, and approves nothing', async () => {
    await world.hub.twin.commit(REPOSITORY, { branch: 'main', files: { 'rendered/note.txt': 'x' }, author: 'ada' });
    const number = await pullOf([{ path: 'rendered/note.txt', sha: null }]);
    expect(await planOf(number)).toMatchObject({ merging: 'rendered: nothing', said: [], conditions: [] });
    await world.hub.merge(number);
  }, 60_000);
});

describe('what merging is judged by', () => {
  test('the base as it is now, not as it was when the branch was made', async () => {
    const number = await pullOf([{ path: 'README.md', content: 'y' }]);
    await world.hub.twin.commit(REPOSITORY, {
      branch: 'main',
      files: { 'clusters.yaml': `${declaration}# moved\n` },
      author: 'ada',
    });
    expect((await planOf(number)).merging).toBe('nothing: nothing');
  }, 60_000);

  test('the branch that it is to be merged into, whichever that is', async () => {
    await world.hub.twin.commit(REPOSITORY, {
      branch: 'stack',
      files: { 'clusters.yaml': declaration.replace('vn: vn1', 'vn: z') },
    });
    expect((await planOf(await pullOf([{ path: 'README.md', content: 'z' }], 'stack'))).merging).toBe('nothing: nothing');
    const number = await pullOf([{ path: 'clusters.yaml', content: declaration }], 'stack');
    expect((await planOf(number)).merging).toBe('inputs: nothing');
    expect(world.hub.comments(number)[0]).toContain('merging it approves nothing yet');
  }, 60_000);

  test('in a merge queue the whole group, not its last member', async () => {
    await world.hub.twin.commit(REPOSITORY, { branch: 'queue', files: { 'clusters.yaml': `${declaration}# queued\n` } });
    await world.hub.twin.commit(REPOSITORY, { branch: 'queue', files: { 'README.md': 'q' } });
    const sha = await world.checkOut('queue');
    const plan = async (origin: VerbOptions['origin']) => {
      const ended = await world.verb(['plan'], { origin: { event: 'merge_group', sha, ...origin } });
      return told(ended.document as never, ended).merging;
    };
    expect(await plan({ baseSha: world.hub.head('main')! })).toBe('inputs: nothing');
    await expect(plan({})).rejects.toThrow('does not say what the group of the merge queue is based on');
  }, 60_000);

  test('the merge must be what is checked out', async () => {
    const number = await pullOf([{ path: 'clusters.yaml', content: declaration.replace('vn: vn1', 'vn: w') }]);
    const { headSha, trialSha = '' } = world.hub.issue(number).pull!;
    await world.checkOut(`refs/pull/${number}/head`);
    const pullRequest = { number, headSha, baseBranch: 'main', untrusted: false };
    const plan = world.verb(['plan'], { origin: { event: 'pull_request', sha: trialSha, pullRequest } });
    await expect(plan).rejects.toThrow(`commit ${headSha.slice(0, 7)} is checked out, but ${trialSha.slice(0, 7)} is what`);
  }, 60_000);

  test('a declaration that is not there is no reason to be content', async () => {
    const number = await pullOf([
      { path: 'clusters.yaml', sha: null },
      { path: 'fleet.yaml', content: declaration },
    ]);
    await expect(planOf(number)).rejects.toThrow('clusters.yaml does not exist');
  }, 60_000);
});

describe('a proposal where no cluster can be looked at', () => {
  let number: number;
  beforeAll(async () => {
    const text = declaration.replace('vn: vn1', 'vn: other');
    await world.hub.twin.commit(REPOSITORY, { branch: 'main', files: { 'clusters.yaml': text }, author: 'ada' });
    await world.checkOut();
    number = (await world.propose()).number!;
  }, 60_000);

  test('of a stranger: its plan.json cannot be judged, so it fails', async () => {
    const { headSha } = world.hub.issue(number).pull!;
    const pullRequest = { number, headSha, baseBranch: 'main', untrusted: true };
    const { merging, said, conditions } = await planOf(number, { origin: { pullRequest } });
    expect(merging).toBe('rendered: wrong');
    expect(said).toEqual([expect.stringMatching(/^rendered error: rendered\/plan.json cannot be judged/)]);
    expect(conditions).toContain('rule-broken');
  }, 60_000);

  test('where the team asks for no more: a warning, and nothing is said to be approved', async () => {
    const { merging, said } = await planOf(number, {}, ['--offline']);
    expect(merging).toBe('rendered: unknown');
    expect(said).toEqual([expect.stringMatching(/^rendered warning: rendered\/plan.json cannot be judged/)]);
    expect(world.hub.comments(number)[0]).toContain('it is not known whether its `plan.json` is the current plan');
  }, 60_000);

  test('with the clusters it is exactly that plan', async () => {
    expect(await planOf(number)).toMatchObject({ merging: 'rendered: exactly', said: [], conditions: ['changes'] });
    expect(world.hub.comments(number)[0]).toContain('**merging it approves exactly this plan.**');
  }, 60_000);
});

describe('the check that propose writes on its own pull request', () => {
  const checksOf = (sha: string | undefined) =>
    world.hub.twin
      .repository(REPOSITORY)
      .checkRuns.filter((check) => check.sha === sha)
      .map(({ name, conclusion }) => [name, conclusion]);
  /** Another label on a network of the declaration, pushed to main. */
  const relabel = async (label: string) => {
    const text = declaration.replace('vn: vn1', `vn: ${label}`);
    await world.hub.twin.commit(REPOSITORY, { branch: 'main', files: { 'clusters.yaml': text }, author: 'ada' });
    await world.checkOut();
  };
  const propose = async (options: VerbOptions = {}) =>
    (await world.verb(['propose'], options)).outputs?.['pull-request-head-sha'];

  test('fails where the rendered folder holds what apply will refuse, as the plan of that pull request does', async () => {
    await world.hub.twin.commit(REPOSITORY, { branch: 'main', files: { 'rendered/note.txt': 'x' }, author: 'ada' });
    await relabel('one');
    expect(checksOf(await propose())).toEqual([['cn2-fleet plan', 'failure']]);
    await world.hub.twin.commit(REPOSITORY, { branch: 'main', files: { 'rendered/note.txt': undefined }, author: 'ada' });
    await relabel('two');
    expect(checksOf(await propose())).toEqual([['cn2-fleet plan', 'success']]);
  }, 60_000);

  test('is not written for an App, whose pull requests start their own plan', async () => {
    await relabel('three');
    const token = world.hub.twin.addToken({ app: { id: 77, slug: 'fleet-app', name: 'Fleet' } });
    expect(checksOf(await propose({ token }))).toEqual([]);
  }, 60_000);
});
