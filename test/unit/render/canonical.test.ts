import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { canonicalJson, sha256 } from '../../../src/declare/digest.ts';
import type { RenderedTree, RenderIndex } from '../../../src/model/manifest.ts';
import { isCanonicalYaml } from '../../../src/render/canonical.ts';
import { readCommitted } from '../../../src/render/committed.ts';
import { render } from '../../../src/render/render.ts';
import { writeJson, writeYaml } from '../../../src/render/yaml-writer.ts';
import { guideDeclaration, replaced } from '../../support/guide-fleet.ts';
import { smallRelease } from '../../support/small-release.ts';

const TREE: RenderedTree = render({ declaration: guideDeclaration(), vendorFiles: smallRelease() }).tree!;
const ROUTER = 'cluster1/90-routers/virtualnetworkrouter.ns1.vnr1.yaml';
const HANDOVER = 'cluster2/10-access/secret.contrail-deploy.central-kubeconfig.yaml';

/** Files as somebody leaves them who may edit any file, the index and its digests too. */
function resealed(changes: Record<string, string>, edit: (index: RenderIndex) => void = () => {}): Record<string, string> {
  const files = { ...TREE.files, ...changes };
  const { digest: _digest, ...index } = structuredClone(TREE.index);
  for (const entry of index.objects) entry.digest = sha256(files[entry.path]!);
  index.fleetDigest = sha256(files['fleet.json']!);
  edit(index as RenderIndex);
  return { ...files, 'index.json': writeJson({ ...index, digest: sha256(canonicalJson(index)) }) };
}

function problemsOf(files: Record<string, string>) {
  const { tree, problems } = readCommitted(files);
  expect(tree).toBeUndefined();
  return problems;
}

test('resealed without an edit it is what was rendered', () => {
  expect(readCommitted(resealed({})).tree).toEqual(TREE);
});

describe('a manifest in another form than the writer’s is edited, whatever the index says', () => {
  const text = TREE.files[ROUTER]!;
  test.each([
    ['a comment', `# as agreed\n${text}`],
    ['a comment behind a value', replaced(text, 'namespace: ns1', 'namespace: ns1 # here')],
    ['a mark of a document', `---\n${text}`],
    ['an end of a document', `${text}...\n`],
    ['a second document', `${text}---\nkind: ClusterRoleBinding\n`],
    ['a tag', replaced(text, 'namespace: ns1', 'namespace: !!str ns1')],
    ['an anchor', replaced(text, 'namespace: ns1', 'namespace: &a ns1')],
    ['an alias', `${replaced(text, 'namespace: ns1', 'namespace: &a ns1')}note: *a\n`],
    ['a merge key', `${text}more: {<<: {a: b}}\n`],
    ['a key twice', `${text}kind: Role\n`],
    ['another order of keys', text.replace(/^(apiVersion: .*\n)(kind: .*\n)/, '$2$1')],
    ['other line ends', text.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${text}`],
    ['no end of the last line', text.slice(0, -1)],
    ['a quoted text', replaced(text, 'namespace: ns1', 'namespace: "ns1"')],
    ['another spelling of a number', `${text}more: 0x10\n`],
    ['a number in YAML 1.1 alone', `${text}more: 1_000\n`],
    ['a key of the prototype', `${text}__proto__:\n  a: b\n`],
    ['a deep key of the prototype', `${text}more:\n  - __proto__:\n      a: b\n`],
    ['aliases that multiply', `${text}a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c, *c, *c]\n`],
    ['text of another object behind a NUL', `${text}\0`],
    ['10,000 brackets', `${text}more: ${'['.repeat(10_000)}${']'.repeat(10_000)}\n`],
  ])('%s', (_what, changed) => {
    expect(changed).not.toBe(text);
    const [problem, ...others] = problemsOf(resealed({ [ROUTER]: changed }));
    expect(problem).toMatchObject({ path: ROUTER, problem: expect.stringMatching(/^(edited|unreadable)$/) });
    expect(others).toEqual([]);
  });

  test('whatever the writer writes is in its form', () => {
    const key = fc.string({ minLength: 1 }).filter((name) => name !== '__proto__');
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: 'grapheme' }),
        fc.integer(),
        fc.double({ noNaN: true }),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, value, { minKeys: 1, maxKeys: 5 }), (object) => {
        const text = writeYaml(object);
        expect(writeYaml(parse(text) as object)).toBe(text);
        expect(isCanonicalYaml(text)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('fleet.json is a fleet by the schema of the declaration', () => {
  const fleet = TREE.fleet as unknown as Record<string, unknown>;
  const central = fleet['central'] as Record<string, unknown>;
  test.each([
    ['no list of clusters', { ...fleet, distributed: 'none' }],
    ['an unknown key', { ...fleet, hook: 'curl' }],
    ['a credential that is none', { ...fleet, central: { ...central, kubeconfig: { command: 'sh' } } }],
    ['no release', { ...fleet, release: undefined }],
    ['nothing', null],
    ['a list', [fleet]],
  ])('%s', (_what, value) => {
    expect(problemsOf(resealed({ 'fleet.json': writeJson(value) }))).toMatchObject([
      { path: 'fleet.json', problem: 'unreadable' },
    ]);
  });

  test.each([
    ['another order of keys', (text: string) => `${JSON.stringify({ kind: 'Fleet', ...JSON.parse(text) }, null, 2)}\n`],
    ['a key twice', (text: string) => replaced(text, '  "kind": "Fleet",', '  "kind": "Fleet",\n  "kind": "Fleet",')],
    ['a key of the prototype', (text: string) => replaced(text, '{\n', '{\n  "__proto__": {},\n')],
    ['compact', (text: string) => JSON.stringify(JSON.parse(text))],
  ])('%s', (_what, edit) => {
    const changed = edit(TREE.files['fleet.json']!);
    expect(changed).not.toBe(TREE.files['fleet.json']);
    expect(problemsOf(resealed({ 'fleet.json': changed }))).toMatchObject([{ path: 'fleet.json', problem: 'unreadable' }]);
  });
});

describe('an object that cannot be the fleet’s', () => {
  test('without its labels', () => {
    const changed = replaced(TREE.files[ROUTER]!, '    cn2-fleet/fleet: guide\n', '');
    expect(problemsOf(resealed({ [ROUTER]: changed }))).toMatchObject([
      { path: ROUTER, problem: 'edited', detail: "it lacks the fleet's labels" },
    ]);
  });

  test.each([
    ['no annotation', (text: string) => text.replace(/ {2}annotations:\n.*\n/, '')],
    ['a foreign annotation', (text: string) => replaced(text, 'handover:cluster1', 'environment:HOME')],
    ['a cluster that is not in the fleet', (text: string) => replaced(text, 'handover:cluster1', 'handover:cluster9')],
    ['a file of which nothing was rendered', (text: string) => replaced(text, 'handover:cluster1', 'manifest:constructor')],
    ['content of its own', (text: string) => `${text}data:\n  kubeconfig: YQ==\n`],
  ])('a Secret with %s', (_what, edit) => {
    const changed = edit(TREE.files[HANDOVER]!);
    expect(changed).not.toBe(TREE.files[HANDOVER]);
    expect(problemsOf(resealed({ [HANDOVER]: changed }))).toMatchObject([{ path: HANDOVER, problem: 'edited' }]);
  });

  test('for a cluster, or on a cluster, that the fleet has not', () => {
    const [entry] = TREE.index.objects;
    const forNone = resealed({}, (index) => {
      index.objects[0]!.for = 'cluster9';
    });
    expect(problemsOf(forNone)).toMatchObject([{ path: entry!.path, detail: 'the fleet has no cluster cluster9' }]);
    const path = entry!.path.replace(entry!.cluster, 'cluster9');
    const onNone = resealed({ [path]: TREE.files[entry!.path]! }, (index) => {
      Object.assign(index.objects[0]!, { path, cluster: 'cluster9' });
    });
    delete onNone[entry!.path];
    expect(problemsOf(onNone)).toMatchObject([{ path, detail: 'the fleet has no cluster cluster9' }]);
  });

  test('in a stage that has nothing on its cluster', () => {
    const position = TREE.index.objects.findIndex(({ path }) => path === ROUTER);
    const path = ROUTER.replace('90-routers', '20-deployer');
    const files = resealed({ [path]: TREE.files[ROUTER]! }, (index) => {
      Object.assign(index.objects[position]!, { path, stage: '20-deployer' });
    });
    delete files[ROUTER];
    expect(problemsOf(files)).toMatchObject([{ path, detail: 'stage 20-deployer has nothing on cluster cluster1' }]);
  });
});

describe('an index that says more than render writes', () => {
  test.each<[string, (index: RenderIndex) => void]>([
    ['another fleet', (index) => Object.assign(index, { fleet: 'other' })],
    ['a key', (index) => Object.assign(index, { note: 'approved' })],
    ['a key of an object', (index) => Object.assign(index.objects[0]!, { note: 'approved' })],
    ['a key of a source', (index) => Object.assign(index.sources[0]!, { note: 'approved' })],
    ['an object twice', (index) => index.objects.push(index.objects[0]!)],
  ])('%s', (_what, edit) => {
    expect(problemsOf(resealed({}, edit))).toMatchObject([{ path: 'index.json' }]);
  });

  test('a file of any name is seen', () => {
    for (const name of ['__proto__', 'constructor'])
      expect(problemsOf({ ...TREE.files, ...JSON.parse(`{"${name}": "x"}`) })).toEqual([{ path: name, problem: 'extra' }]);
  });
});
