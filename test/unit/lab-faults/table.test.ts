import { describe, expect, test } from '@jest/globals';
import { endsOf, placesIn } from '../../../lab/faults/scene.ts';
import { FAULTS } from '../../../lab/faults/table.ts';
import { isThere } from '../../../lab/faults/where.ts';
import { expect as expectedOf } from '../../../src/expectation/expect.ts';
import { RUNGS } from '../../../src/model/smoke.ts';
import { guide, guideScene } from '../../support/fault-scene.ts';

const ENDS = endsOf(placesIn(guide()));
const PAIRS = expectedOf(guide()).pairs;

describe('the places of a fault', () => {
  test('are the first distributed cluster, a connection with another one, and two networks that are apart', () => {
    expect(ENDS).toEqual({
      cluster: 'cluster2',
      a: 'cluster1/ns1/vn1',
      b: 'cluster2/ns1/vn2',
      apart: ['cluster1/alone/vn3', 'cluster2/ns1/vn2'],
    });
  });

  test('are of the cluster that is named', () => {
    const ends = endsOf(placesIn(guide(), 'cluster1'));
    expect([ends.cluster, ends.a, ends.b]).toEqual(['cluster1', 'cluster2/ns1/vn2', 'cluster1/ns1/vn1']);
    expect(() => placesIn(guide(), 'cluster9')).toThrow('the fleet has no cluster cluster9; it has cluster1, cluster2');
  });

  test('need networks', () => {
    const bare = guide((text) => text.replace(/^networks:[\s\S]*?(?=^smoke:)/m, 'networks: []\nconnections: []\n'));
    expect(() => placesIn(bare)).toThrow('faults need two networks of cluster2');
  });
});

describe.each(FAULTS)('$name', (fault) => {
  test('has a name in kebab case that no other one has', () => {
    expect(fault.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(FAULTS.filter(({ name }) => name === fault.name)).toHaveLength(1);
    expect(fault.name).not.toBe('undo');
  });

  test('says causes of rungs that there are', () => {
    for (const { rung } of fault.says.causes) expect(RUNGS).toContain(rung);
    expect(fault.says.causes.length > 0).toBe(fault.says.paths.length > 0);
  });

  test('is about paths that the guide has', () => {
    for (const { where } of fault.says.paths)
      expect(PAIRS.filter((pair) => isThere(where, pair, ENDS, PAIRS)).length).toBeGreaterThan(0);
  });

  test('is made of acts that can be written down', async () => {
    const acts = await fault.acts(guideScene());
    expect(acts.length).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(acts))).toEqual(acts);
  });
});

describe('where paths are', () => {
  test('those that nobody of another cluster reaches are known only by their own network', () => {
    const where = 'to a network of the cluster that nobody else reaches';
    const found = PAIRS.filter((pair) => isThere(where, pair, ENDS, PAIRS));
    expect(found.map(({ source, target }) => `${source.network} ${target.network}`)).toEqual([
      'ns1/vn1 alone/vn4',
      'alone/vn3 alone/vn4',
    ]);
  });
});

describe('acts', () => {
  const actsOf = async (name: string) => FAULTS.find((fault) => fault.name === name)!.acts(guideScene());

  test('a change knows what was there before, and who owned it', async () => {
    expect(await actsOf('network-label')).toMatchObject([
      {
        do: 'change',
        cluster: 'cluster1',
        namespace: 'kubemanager-cluster2-cluster2-ns1',
        name: 'vn2',
        path: ['metadata', 'labels', 'vn'],
        before: 'vn2',
        to: 'cn2-fleet-fault',
        owners: [{ manager: 'cn2-fleet', operation: 'Apply' }],
      },
    ]);
    expect(await actsOf('import-gone')).toMatchObject([{ name: 'vnr2', before: [{}], to: [] }]);
    expect(await actsOf('router-label')).toMatchObject([{ name: 'vnr2', before: 'vnr2', path: ['metadata', 'labels', 'vnr'] }]);
  });

  test('a lab that nothing was applied to is told so', async () => {
    const [network] = FAULTS.filter(({ name }) => name === 'import-gone');
    await expect(network!.acts(guideScene({ list: async () => [] }))).rejects.toThrow('apply the declaration first');
  });

  test('foreign routers select the two networks that are apart and import each other', async () => {
    expect(await actsOf('foreign-router')).toMatchObject([
      { object: { metadata: { namespace: 'alone' }, spec: { virtualNetworkSelector: { matchLabels: { vn: 'vn3' } } } } },
      {
        object: {
          metadata: { namespace: 'kubemanager-cluster2-cluster2-ns1' },
          spec: { virtualNetworkSelector: { matchLabels: { vn: 'vn2' } } },
        },
      },
    ]);
  });
});
