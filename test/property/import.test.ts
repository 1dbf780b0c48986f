import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { CORE, isOwnKey } from '../../src/cn2/names.ts';
import { readDeclaration } from '../../src/declare/declaration.ts';
import { groupOf, type KubernetesObject } from '../../src/model/kubernetes.ts';
import { objectKey, refOf } from '../../src/model/object-ref.ts';
import { render } from '../../src/render/render.ts';
import { judgeDeclaration } from '../../src/rules/judge.ts';
import { GUIDE } from '../support/guide-fleet.ts';
import { imported, importWorld, plannedChanges } from '../support/import-world.ts';
import { smallRelease } from '../support/small-release.ts';
import { placeholders } from '../support/three-clusters.ts';

const VENDOR = smallRelease();
const PLACES = ['cluster1', 'cluster2'].flatMap((cluster) => ['a', 'b'].map((namespace) => ({ cluster, namespace })));
const NAMES = ['n0', 'n1', 'default-podnetwork'];
const IDS = PLACES.flatMap(({ cluster, namespace }) => NAMES.map((name) => `${cluster}/${namespace}/${name}`));

const networkLabels = fc.constantFrom({}, { vn: 'a' }, { vn: 'a', tier: 'x' }, { vn: 'b' });
const namespaceLabels = fc.constantFrom({}, { ns: 'a' }, { ns: 'a', team: 'y' }, { ns: 'b' });
const settings = fc.record(
  {
    podNetwork: fc.boolean(),
    fabricSNAT: fc.boolean(),
    routeTargets: fc.constantFrom(['target:64512:1000'], ['target:64512:1', 'target:10.0.0.1:2']),
    forwardingMode: fc.constantFrom('l2_l3', 'l2', 'l3'),
    rpf: fc.constantFrom('enable', 'disable'),
    annotations: fc.constant({ 'core.juniper.net/description': 'on: call, "yes"' }),
    spec: fc.constantFrom({ isProviderNetwork: true }, { vlanID: 7 }),
  },
  { requiredKeys: [] },
);
const router = fc.option(
  fc.oneof(
    fc.constantFrom('r', 's'),
    fc.record({
      name: fc.constantFrom('r', 's', 't'),
      labels: fc.constantFrom({ vnr: 'r' }, { role: 'x' }, { role: 'x', tier: 'y' }),
    }),
  ),
  { nil: undefined },
);
const connection = fc.record({
  mesh: fc.boolean(),
  members: fc.uniqueArray(fc.constantFrom(...IDS), { minLength: 2, maxLength: 4 }),
  routers: fc.array(router, { minLength: 4, maxLength: 4 }),
});

/** Declarations as JSON, which is YAML. */
const declarations = fc
  .record({
    networks: fc.array(fc.tuple(networkLabels, settings), { minLength: 8, maxLength: 8 }),
    namespaces: fc.array(fc.tuple(namespaceLabels, fc.boolean()), { minLength: 4, maxLength: 4 }),
    connections: fc.array(connection, { maxLength: 3 }),
    numbers: fc.constantFrom({ index: 0 }, { index: 4 }, { listenerPort: 20000, constantRouteTargetNumber: 1 }),
    kubemanager: fc.constantFrom('kubemanager-cluster2', 'km', { spec: { autonomousSystem: 64513 } }),
  })
  .map(({ networks, namespaces, connections, numbers, kubemanager }) => {
    const guide = parse(GUIDE) as { distributed: { index?: number }[] };
    const { index: _, ...cluster } = guide.distributed[0]!;
    return JSON.stringify({
      ...guide,
      distributed: [{ ...cluster, ...numbers, kubemanager }],
      namespaces: PLACES.map(({ cluster: at, namespace }, p) => ({
        cluster: at,
        name: namespace,
        isolated: true,
        labels: namespaces[p]![0],
        ...(namespaces[p]![1] ? { forwarding: 'fabric-snat' } : {}),
      })),
      networks: PLACES.flatMap((place, p) =>
        [0, 1].map((k) => ({
          ...place,
          name: `n${k}`,
          labels: networks[p * 2 + k]![0],
          ...networks[p * 2 + k]![1],
          v4: { cidr: `10.${p}.${k}.0/24` },
        })),
      ),
      connections: connections.map(({ mesh, members, routers }, c) => {
        const refs = Object.fromEntries(members.flatMap((id, at) => (routers[at] === undefined ? [] : [[id, routers[at]]])));
        const ids = mesh ? { networks: members } : { hubs: members.slice(0, 1), spokes: members.slice(1) };
        return { name: `c${c}`, type: mesh ? 'mesh' : 'hub-spoke', ...ids, routers: refs };
      }),
    });
  })
  .filter((text) => {
    const declaration = readDeclaration(text, 'clusters.yaml');
    const { tree } = render({ declaration, vendorFiles: VENDOR });
    return tree !== undefined && judgeDeclaration(declaration).every(({ severity }) => severity !== 'error');
  });

/** What a declaration says of objects, without whose they are. */
function said(text: string, extraFiles: Record<string, string> = {}): Map<string, KubernetesObject> {
  const { tree, findings } = render({ declaration: readDeclaration(text, 'clusters.yaml'), vendorFiles: VENDOR, extraFiles });
  if (tree === undefined) throw new Error(JSON.stringify(findings));
  return new Map(tree.manifests.map(({ object, cluster }) => [objectKey(refOf(object, cluster)), unmarked(object)]));
}

function unmarked(object: KubernetesObject): KubernetesObject {
  const labels = Object.entries(object.metadata.labels ?? {}).filter(([key]) => !isOwnKey(key));
  return { ...object, metadata: { ...object.metadata, labels: Object.fromEntries(labels) } };
}

describe('from a declaration to clusters and back', () => {
  test('the imported one has the same objects, which say the same, and its plan adopts', async () => {
    let byKeys = 0;
    let all = 0;
    await fc.assert(
      fc.asyncProperty(declarations, fc.boolean(), async (text, placeholder) => {
        const world = await importWorld(text, placeholder ? { edit: placeholders } : {});
        const { document, files, conditions } = await imported(world);
        expect([conditions, document.remaining]).toEqual([[], []]);
        const errors = document.findings.filter(({ severity }) => severity === 'error');
        expect(errors).toEqual([]);
        const extra = Object.fromEntries(Object.entries(files).filter(([path]) => path.startsWith('extra/')));
        const [before, after] = [said(text), said(files['clusters.yaml']!, extra)];
        expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
        for (const [key, object] of before) {
          const isNetwork = groupOf(object.apiVersion) === CORE && object.kind !== 'VirtualNetwork';
          if (isNetwork) expect([key, after.get(key)!['spec']]).toEqual([key, object['spec']]);
        }
        const planned = await plannedChanges(world, files);
        expect([planned.others, planned.errors]).toEqual([[], []]);
        all += 1;
        if (document.counts.extra === 0) byKeys += 1;
      }),
      { numRuns: 60 },
    );
    // Hardly anything that keys can say ends up as a file.
    expect(byKeys / all).toBeGreaterThan(0.8);
  }, 300_000);
});
