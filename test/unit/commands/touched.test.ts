import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { rootsOf } from '../../../src/declare/roots.ts';
import { touchedBy } from '../../../src/merging/touched.ts';
import type { Forge, TreeFile } from '../../../src/ports/forge.ts';
import { blobId } from '../../../src/render/blob-id.ts';
import { GUIDE, replaced } from '../../support/guide-fleet.ts';
import { OPTIONS } from '../../support/ports.ts';

/** Text of a file, or where a symbolic link leads. */
type Files = Record<string, string | { link: string }>;

/** A forge that holds trees; counts what it is asked. */
function forgeOf() {
  const objects = new Map<string, TreeFile[] | string>();
  const asked: string[] = [];
  const keep = (name: string, value: TreeFile[] | string) => {
    objects.set(name, value);
    return name;
  };
  const treeOf = (files: Files): string => {
    const names = new Set(Object.keys(files).map((path) => path.split('/')[0]!));
    const entries = [...names].map((name): TreeFile => {
      const file = files[name];
      if (typeof file === 'string') return { path: name, mode: '100644', sha: keep(blobId(file, ''), file) };
      if (file !== undefined) return { path: name, mode: '120000', sha: keep(blobId(file.link, ''), file.link) };
      const below = Object.entries(files).filter(([path]) => path.startsWith(`${name}/`));
      return {
        path: name,
        mode: '040000',
        sha: treeOf(Object.fromEntries(below.map(([path, text]) => [path.slice(name.length + 1), text]))),
      };
    });
    return keep(createHash('sha1').update(JSON.stringify(entries)).digest('hex'), entries);
  };
  const forge = {
    treeAt: async (tree: string) => {
      asked.push(tree);
      return objects.get(tree) as TreeFile[];
    },
    textAt: async (blob: string) => objects.get(blob) as string,
  } as unknown as Forge;
  return { forge, treeOf, asked };
}

const BASE: Files = {
  'fleets/east/clusters.yaml': `${replaced(
    replaced(GUIDE, '{env: KUBECONFIG_CLUSTER2}', '{file: ../keys/cluster2.yaml}'),
    '    index: 0\n',
    '    index: 0\n    manifests: cn2/edge\n',
  )}extra: [{cluster: cluster1, path: ../own/bgp}]\n`,
  'fleets/east/cn2/22.2/central.yaml': 'a',
  'fleets/keys/cluster2.yaml': 'k',
  'fleets/own/bgp/a.yaml': 'a',
  'fleets/east/rendered/index.json': '{}',
  'README.md': 'r',
};

async function touches(before: Files | undefined, after: Files): Promise<string> {
  const { forge, treeOf } = forgeOf();
  const merge = { sha: 'x', tree: treeOf(after), ...(before === undefined ? {} : { baseTree: treeOf(before) }) };
  return (await touchedBy(forge, merge, { file: 'clusters.yaml', rendered: 'rendered' }, rootsOf(OPTIONS, 'fleets/east/')))
    .touches;
}

const without = (path: string) => Object.fromEntries(Object.entries(BASE).filter(([each]) => each !== path));

describe('what merging touches', () => {
  test.each<[string, Files, string]>([
    ['nothing at all', BASE, 'nothing'],
    ['another file', { ...BASE, 'README.md': 'x' }, 'nothing'],
    ['another fleet', { ...BASE, 'fleets/west/rendered/index.json': 'x' }, 'nothing'],
    ['the declaration', { ...BASE, 'fleets/east/clusters.yaml': GUIDE }, 'inputs'],
    ['the manifests', { ...BASE, 'fleets/east/cn2/22.2/more.yaml': 'x' }, 'inputs'],
    ['the manifests of a cluster', { ...BASE, 'fleets/east/cn2/edge/vrouter.yaml': 'x' }, 'inputs'],
    ['manifests that nobody names', { ...BASE, 'fleets/east/cn2/23.4/more.yaml': 'x' }, 'nothing'],
    ['a file with credentials that the declaration names', { ...BASE, 'fleets/keys/cluster2.yaml': 'x' }, 'inputs'],
    ['a manifest of one’s own', { ...BASE, 'fleets/own/bgp/a.yaml': 'x' }, 'inputs'],
    ['rendered/', { ...BASE, 'fleets/east/rendered/x': 'x' }, 'rendered'],
    ['rendered/ and the declaration', { ...BASE, 'fleets/east/rendered/x': 'x', 'fleets/east/clusters.yaml': 'x' }, 'rendered'],
    ['rendered/ in another spelling, above it', { ...BASE, 'Fleets/EAST/rendered/x': 'x' }, 'rendered'],
    ['the declaration in another spelling', { ...BASE, 'fleets/east/Clusters.yaml': GUIDE }, 'inputs'],
    ['rendered/ removed', without('fleets/east/rendered/index.json'), 'rendered'],
  ])('%s', async (_, after, expected) => {
    expect(await touches(BASE, after)).toBe(expected);
  });

  test('what leads away through a link could be anything: it is never the same', async () => {
    const linked = { ...without('fleets/east/rendered/index.json'), 'fleets/east/rendered': { link: '../../other' } };
    expect(await touches(linked, linked)).toBe('rendered');
    const keys = { ...without('fleets/keys/cluster2.yaml'), 'fleets/keys': { link: '../elsewhere' } };
    expect(await touches(keys, keys)).toBe('inputs');
  });

  test('a declaration that cannot be read, or is not there, is no reason to be content, and no crash', async () => {
    for (const text of [
      '',
      '- 1',
      'release: 1\ncentral: x\n',
      'release: {manifests: 7, pullSecret: x}\ndistributed: [1]\n',
      '{',
    ]) {
      const files = { ...BASE, 'fleets/east/clusters.yaml': text };
      expect(await touches(files, files)).toBe('nothing');
      expect(await touches(BASE, files)).toBe('inputs');
    }
    const none = without('fleets/east/clusters.yaml');
    expect(await touches(none, none)).toBe('inputs');
  });

  test('a first commit is all that there is', async () => {
    expect(await touches(undefined, BASE)).toBe('rendered');
  });

  test('a folder of a tree is asked for once', async () => {
    const { forge, treeOf, asked } = forgeOf();
    await touchedBy(
      forge,
      { sha: 'x', tree: treeOf({ ...BASE, 'README.md': 'x' }), baseTree: treeOf(BASE) },
      { file: 'clusters.yaml', rendered: 'rendered' },
      rootsOf(OPTIONS, 'fleets/east/'),
    );
    expect(new Set(asked).size).toBe(asked.length);
  });
});
