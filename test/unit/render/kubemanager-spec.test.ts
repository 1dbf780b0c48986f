import { describe, expect, test } from '@jest/globals';
import { offlinePlan } from '../../../src/plan/offline.ts';
import { readCommitted } from '../../../src/render/committed.ts';
import { mergePatch } from '../../../src/render/merge-patch.ts';
import { render } from '../../../src/render/render.ts';
import { GUIDE, guideDeclaration, replaced } from '../../support/guide-fleet.ts';
import { smallRelease } from '../../support/small-release.ts';
import { placeOf } from '../../support/vendor-faults.ts';

const declared = (kubemanager: string) => replaced(GUIDE, 'kubemanager: kubemanager-cluster2', `kubemanager: ${kubemanager}`);

function rendered(text: string) {
  const { tree, findings } = render({ declaration: guideDeclaration(text), vendorFiles: smallRelease() });
  expect(findings).toEqual([]);
  return tree!;
}

function objectOf(text: string) {
  return rendered(text).manifests.find(({ object }) => object.kind === 'Kubemanager')!.object;
}

describe('kubemanager', () => {
  const plain = objectOf(GUIDE);

  test('as a mapping with its name alone is the name', () => {
    expect(rendered(declared('{name: kubemanager-cluster2}')).files).toEqual(rendered(GUIDE).files);
    expect(objectOf(declared('{}')).metadata.name).toBe('kubemanager-cluster2');
  });

  test('spec is merged last onto what is rendered', () => {
    const text = declared(
      '{spec: {autonomousSystem: 64513, enableNad: null, common: {replicas: 2, tolerations: [{operator: Exists}]}}}',
    );
    const { enableNad: _nad, ...spec } = plain['spec'] as Record<string, unknown>;
    expect(objectOf(text)).toEqual({
      ...plain,
      spec: {
        ...spec,
        common: { ...(spec['common'] as object), replicas: 2, tolerations: [{ operator: 'Exists' }] },
        autonomousSystem: 64513,
      },
    });
  });

  test('is committed as it is declared, and reads back as the same fleet', () => {
    const tree = rendered(declared('{name: km, spec: {autonomousSystem: 64513}}'));
    expect(JSON.parse(tree.files['fleet.json']!).distributed[0].kubemanager).toEqual({
      name: 'km',
      spec: { autonomousSystem: 64513 },
    });
    expect(readCommitted(tree.files).problems).toEqual([]);
    expect(readCommitted(tree.files).tree!.fleet).toEqual(tree.fleet);
    expect(JSON.parse(rendered(GUIDE).files['fleet.json']!).distributed[0].kubemanager).toBe('kubemanager-cluster2');
  });

  test('a spec changes the digest of the declaration', () => {
    const digests = ['{name: a}', '{name: a, spec: {autonomousSystem: 1}}', '{name: a, spec: {autonomousSystem: 2}}'].map(
      (kubemanager) => guideDeclaration(declared(kubemanager)).digest,
    );
    expect(new Set(digests).size).toBe(3);
  });
});

describe('a merge patch', () => {
  // The cases of RFC 7386, appendix A.
  test.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j with %j is %j', (target, patch, result) => {
    const before = JSON.stringify([target, patch]);
    expect(mergePatch(target, patch)).toEqual(result);
    expect(JSON.stringify([target, patch])).toBe(before);
  });

  test('knows no members but those of the object itself', () => {
    const patch = JSON.parse('{"__proto__": {"a": 1}, "constructor": null}') as object;
    const merged = mergePatch({ b: 1 }, patch) as object;
    expect(Object.keys(merged)).toEqual(['b', '__proto__']);
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
  });
});

describe('images that kubemanager.spec adds run on the central cluster', () => {
  const init = (image: string, more = '') =>
    declared(`{spec: {common: {initContainers: [{name: x, image: '${image}'${more}}]}}}`);
  const findingsOf = (text: string) => {
    const { tree, findings } = render({ declaration: guideDeclaration(text), vendorFiles: smallRelease() });
    expect(tree).toBeUndefined();
    return findings;
  };

  test.each([
    ['from elsewhere', init('evil.example/x:22.2.0.93'), "'evil.example", 'manifests', 'comes from evil.example,'],
    ['without a registry', init('x:22.2.0.93'), "'x:22", 'manifests', 'comes from docker.io/library,'],
    ['of another version', init('hub.juniper.net/cn2/x:22.4.0.284'), "'hub.juniper", 'E22', 'has tag 22.4.0.284'],
    [
      'in an environment',
      init('hub.juniper.net/cn2/x:22.2.0.93', ', env: [{name: INIT_IMAGE, value: evil.example/y:1}]'),
      ...['evil.example/y', 'manifests', 'comes from evil.example,'],
    ],
    [
      'from a registry of its own',
      declared('{spec: {common: {defaultContainerRegistry: evil.example/cn2}}}'),
      ...['evil.example/cn2', 'manifests', 'defaultContainerRegistry evil.example/cn2 is neither'],
    ],
  ])('%s: at its place', (_title, text, at, rule, words) => {
    expect(findingsOf(text)).toEqual([
      expect.objectContaining({
        ...{ rule, severity: 'error', file: 'clusters.yaml', ...placeOf(text, at) },
        message: expect.stringContaining(words),
      }),
    ]);
  });

  test('of the vendor come from the mirror of the fleet, never from that of the distributed cluster', () => {
    const own = replaced(
      init('hub.juniper.net/cn2/x:22.2.0.93'),
      '    index: 0\n',
      '    index: 0\n    registry: own.example/cn2\n',
    );
    const imagesOf = (text: string) => {
      const { common } = objectOf(text)['spec'] as { common: Record<string, { image: string }[]> };
      return [...common['initContainers']!, ...common['containers']!].map(({ image }) => image.replace(/[^/]*$/, ''));
    };
    expect(imagesOf(own)).toEqual(['hub.juniper.net/cn2/', 'hub.juniper.net/cn2/']);
    const mirror = replaced(own, '  pullSecret:', '  registry: mirror.example.org/cn2\n  pullSecret:');
    expect(imagesOf(mirror)).toEqual(['mirror.example.org/cn2/', 'mirror.example.org/cn2/']);
  });

  test('and what they are allowed to do is in the plan', () => {
    const text = declared(
      "{spec: {common: {serviceAccountName: other, initContainers: [{name: x, image: 'hub.juniper.net/cn2/x:22.2.0.93', securityContext: {privileged: true}}]}}}",
    );
    const tree = rendered(text);
    const plan = offlinePlan({ fleet: tree.fleet, index: tree.indexDigest, manifests: tree.manifests, committed: [] });
    const change = plan.clusters.flatMap(({ changes }) => changes).find(({ kind }) => kind === 'Kubemanager');
    expect(change?.grants).toEqual(
      expect.arrayContaining([
        { what: 'privileged', detail: 'init container x' },
        { what: 'serviceAccount', detail: 'runs as other' },
        { what: 'image', detail: 'hub.juniper.net/cn2/x:22.2.0.93 (init container x)' },
      ]),
    );
  });
});
