import { describe, expect, test } from '@jest/globals';
import { canonicalJson, sha256 } from '../../../src/declare/digest.ts';
import type { RenderedTree } from '../../../src/model/manifest.ts';
import { changedSources, committedFindings, readCommitted } from '../../../src/render/committed.ts';
import { compareTrees } from '../../../src/render/compare.ts';
import { render } from '../../../src/render/render.ts';
import { GUIDE, guideDeclaration, replaced, THREE_CLUSTERS } from '../../support/guide-fleet.ts';
import { smallRelease } from '../../support/small-release.ts';

function treeOf(text = GUIDE): RenderedTree {
  return render({ declaration: guideDeclaration(text), vendorFiles: smallRelease() }).tree!;
}

const TREE = treeOf();
const ROUTER = 'cluster1/90-routers/virtualnetworkrouter.ns1.vnr1.yaml';

describe('the index', () => {
  test('lists every object with place, owner, origin and digest, in the order of an apply', () => {
    const { index, manifests, files } = TREE;
    expect(JSON.parse(files['index.json']!)).toEqual(index);
    expect(index.objects.map(({ path }) => path)).toEqual(manifests.map(({ path }) => path));
    for (const entry of index.objects) expect(sha256(files[entry.path]!)).toBe(entry.digest);
    expect(index.objects.find(({ kind }) => kind === 'Kubemanager')).toEqual({
      path: 'cluster1/40-kubemanager/kubemanager.contrail.kubemanager-cluster2.yaml',
      cluster: 'cluster1',
      stage: '40-kubemanager',
      for: 'cluster2',
      declaredAt: '/distributed/0',
      apiVersion: 'configplane.juniper.net/v1alpha1',
      kind: 'Kubemanager',
      namespace: 'contrail',
      name: 'kubemanager-cluster2',
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
  });

  test('has the digests of the declaration, of fleet.json and of every vendor file', () => {
    const { index, files, indexDigest } = TREE;
    expect(index.declaration).toBe(guideDeclaration().digest);
    expect(index.fleetDigest).toBe(sha256(files['fleet.json']!));
    expect(index.sources).toEqual(Object.entries(smallRelease()).map(([file, text]) => ({ file, digest: sha256(text) })));
    expect(indexDigest).toBe(sha256(files['index.json']!));
  });

  test('fleet.json is the declaration with references and no value', () => {
    expect(JSON.parse(TREE.files['fleet.json']!)).toEqual(guideDeclaration().fleet);
  });
});

describe('reading back', () => {
  test('what was rendered gives the same tree, also beside a plan', () => {
    const { tree, problems } = readCommitted({ ...TREE.files, 'plan.json': '{"schemaVersion": 1}' });
    expect(problems).toEqual([]);
    expect(tree).toEqual(TREE);
  });

  test('nothing rendered yet', () => {
    expect(readCommitted({})).toEqual({ problems: [{ path: 'index.json', problem: 'missing' }] });
    expect(committedFindings(readCommitted({}).problems, 'rendered')).toMatchObject([
      {
        rule: 'rendered',
        severity: 'error',
        file: 'rendered/index.json',
        message: expect.stringContaining('nothing was rendered yet'),
      },
    ]);
  });

  test('a missing, an extra and an edited file, all at once', () => {
    const { [ROUTER]: text, 'fleet.json': _fleet, ...files } = TREE.files;
    const other = 'cluster2/70-namespaces/namespace._.ns1.yaml';
    const { tree, problems } = readCommitted(
      { ...files, 'cluster1/notes.txt': 'x', [other]: replaced(files[other]!, 'cluster2-ns1', 'cluster2-ns2') },
      TREE.files,
    );
    expect(tree).toBeUndefined();
    expect(problems).toEqual([
      { path: ROUTER, problem: 'missing' },
      { path: 'cluster1/notes.txt', problem: 'extra' },
      { path: other, problem: 'edited', line: 9 },
      { path: 'fleet.json', problem: 'missing' },
    ]);
    expect(text).toBeDefined();
    expect(committedFindings(problems, 'rendered')[2]).toMatchObject({ file: `rendered/${other}`, line: 9, column: 1 });
  });

  test('an edit of form alone is found with its line, without a fresh render', () => {
    const text = replaced(TREE.files[ROUTER]!, '  namespace: ns1', '  namespace:  ns1');
    expect(readCommitted({ ...TREE.files, [ROUTER]: text }).problems).toEqual([{ path: ROUTER, problem: 'edited', line: 5 }]);
  });

  test('converted line endings are named as such', () => {
    const text = TREE.files[ROUTER]!.replaceAll('\n', '\r\n');
    expect(readCommitted({ ...TREE.files, [ROUTER]: text }).problems).toMatchObject([
      { path: ROUTER, problem: 'edited', detail: expect.stringContaining('.gitattributes') },
    ]);
  });

  test.each([
    ['another digest of an object', TREE.index.objects[0]!.digest, sha256('x')],
    ['another declaration', TREE.index.declaration, sha256('x')],
    ['another owner', '"for": "cluster2"', '"for": "cluster1"'],
    ['another form', '  "fleet"', '   "fleet"'],
  ])('an edited index is found: %s', (_what, part, by) => {
    const { tree, problems } = readCommitted({ ...TREE.files, 'index.json': replaced(TREE.files['index.json']!, part, by) });
    expect(tree).toBeUndefined();
    expect(problems).toContainEqual(expect.objectContaining({ path: 'index.json', problem: 'edited' }));
  });

  test.each([
    ['no JSON', '{'],
    ['of another version', JSON.stringify({ ...TREE.index, schemaVersion: 2 })],
    [
      'that leads out of the folder',
      JSON.stringify({
        ...TREE.index,
        objects: [{ ...TREE.index.objects[0], cluster: '..', path: '../10-access/namespace._.contrail-deploy.yaml' }],
      }),
    ],
    [
      'whose paths are not those of its objects',
      JSON.stringify({ ...TREE.index, objects: [{ ...TREE.index.objects[0], name: 'x' }] }),
    ],
  ])('an index %s cannot be read', (_what, text) => {
    expect(readCommitted({ ...TREE.files, 'index.json': text })).toMatchObject({
      problems: [{ path: 'index.json', problem: 'unreadable' }],
    });
  });

  test('an index that was made to fit another object is still refused', () => {
    const text = replaced(TREE.files[ROUTER]!, 'name: vnr1', 'name: vnr9');
    const { digest: _digest, ...index } = structuredClone(TREE.index);
    index.objects.find(({ path }) => path === ROUTER)!.digest = sha256(text);
    const forged = { ...index, digest: sha256(canonicalJson(index)) };
    const { problems } = readCommitted({ ...TREE.files, [ROUTER]: text, 'index.json': JSON.stringify(forged) });
    expect(problems).toContainEqual(expect.objectContaining({ path: ROUTER, problem: 'unreadable' }));
  });

  test('vendor files that changed or went since are named', () => {
    const [first, second] = Object.keys(smallRelease());
    const { [first!]: _gone, ...files } = smallRelease();
    expect(changedSources(TREE.index, smallRelease())).toEqual([]);
    expect(changedSources(TREE.index, { ...files, [second!]: `${files[second!]}# more\n` })).toMatchObject([
      { rule: 'rendered', file: first, message: expect.stringContaining('is gone') },
      { rule: 'rendered', file: second, message: expect.stringContaining('has changed') },
    ]);
  });
});

describe('what a render would write', () => {
  test('everything into an empty folder, nothing into a current one', () => {
    const first = compareTrees({}, TREE);
    expect(first.write).toEqual(TREE.files);
    expect(first.created).toEqual(Object.keys(TREE.files).sort());
    const again = compareTrees({ ...TREE.files, 'plan.json': '{}' }, TREE);
    expect(again).toMatchObject({ write: {}, remove: [], created: [], updated: [], foreign: [] });
    expect(again.unchanged).toHaveLength(Object.keys(TREE.files).length);
  });

  test('removes what the previous index listed and nothing else', () => {
    const before = treeOf(THREE_CLUSTERS);
    const change = compareTrees({ ...before.files, 'mine.txt': 'keep', 'plan.json': '{}' }, TREE);
    expect(change.remove).toEqual(
      Object.keys(before.files)
        .filter((path) => path.includes('cluster3'))
        .sort(),
    );
    expect(change.foreign).toEqual(['mine.txt']);
    expect(change.updated).toEqual(['fleet.json', 'index.json']);
    const after = { ...before.files, ...change.write };
    for (const path of change.remove) delete after[path];
    expect(readCommitted(after).problems).toEqual([]);
  });

  test('never leads out of the folder, whatever an index says', () => {
    const index = JSON.stringify({ objects: [{ path: '../clusters.yaml' }, { path: 'old.yaml' }, null] });
    expect(compareTrees({ 'index.json': index, 'old.yaml': '' }, TREE).remove).toEqual(['old.yaml']);
    expect(compareTrees({ 'index.json': 'no JSON', 'old.yaml': '' }, TREE)).toMatchObject({ remove: [], foreign: ['old.yaml'] });
    expect(compareTrees({ 'index.json': 'null' }, TREE).remove).toEqual([]);
  });
});
