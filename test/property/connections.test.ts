import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { allowedPairs } from '../../lab/cn2/control/allowed.ts';
import { centralNamespace } from '../../src/cn2/central-view.ts';
import { DEFAULT_NETWORK_LABEL, METADATA_NAME_LABEL } from '../../src/cn2/names.ts';
import { releaseFacts } from '../../src/cn2/releases.ts';
import { judgeDuplicates } from '../../src/declare/duplicates.ts';
import { joined, memberships } from '../../src/expectation/connected.ts';
import {
  type Connection,
  type Fleet,
  type FleetNetwork,
  type NetworkId,
  networksOf,
  type RouterRef,
} from '../../src/model/fleet.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import { networkDrafts } from '../../src/render/networks.ts';
import { routerDrafts } from '../../src/render/routers.ts';
import { connectionsConnect } from '../../src/rules/e26-connections-connect.ts';
import { guideDeclaration } from '../support/guide-fleet.ts';

const FACTS = releaseFacts('22.2.0.93')!;
const SOURCE = { file: 'clusters.yaml', valueAt: () => undefined, keyAt: () => undefined };
const PLACES = ['cluster1', 'cluster2'].flatMap((cluster) => ['a', 'b'].map((namespace) => ({ cluster, namespace })));
const NAMES = ['n0', 'n1', 'default-podnetwork', 'default-servicenetwork'];
const IDS: NetworkId[] = PLACES.flatMap(({ cluster, namespace }) => NAMES.map((name) => `${cluster}/${namespace}/${name}`));

const networkLabels = fc.constantFrom<Record<string, string>>({}, { vn: 'a' }, { vn: 'a', tier: 'x' }, { vn: 'b' });
const namespaceLabels = fc.constantFrom<Record<string, string>>({}, { ns: 'a' }, { ns: 'a', team: 'y' }, { ns: 'b' });
/** Undefined: the default name. Names and labels are few, so that routers meet. */
const router = fc.option(
  fc.oneof(
    fc.constantFrom<RouterRef>('r', 's'),
    fc.record({
      name: fc.constantFrom('r', 's', 't'),
      labels: fc.constantFrom<Record<string, string>>({}, { vnr: 'r' }, { role: 'x' }, { role: 'x', tier: 'y' }, { role: 'z' }),
    }),
  ),
  { nil: undefined },
);

const connection = fc.record({
  mesh: fc.boolean(),
  members: fc.uniqueArray(fc.constantFrom(...IDS), { minLength: 2, maxLength: 5 }),
  hubs: fc.integer({ min: 1, max: 3 }),
  routers: fc.array(router, { minLength: 5, maxLength: 5 }),
});

const fleets: fc.Arbitrary<Fleet> = fc
  .record({
    networks: fc.array(networkLabels, { minLength: 8, maxLength: 8 }),
    namespaces: fc.array(namespaceLabels, { minLength: 4, maxLength: 4 }),
    connections: fc.array(connection, { minLength: 1, maxLength: 3 }),
    // Whether routers are named after network and role alone: then connections share those of the networks that both have.
    shared: fc.boolean(),
  })
  .map(({ networks, namespaces, connections, shared }) => ({
    ...guideDeclaration().fleet!,
    namespaces: PLACES.map(({ cluster, namespace: name }, at) => ({
      ...{ cluster, name, isolated: true, manage: true },
      labels: namespaces[at]!,
    })),
    networks: PLACES.flatMap((place, p) =>
      [0, 1].map(
        (k): FleetNetwork => ({ ...place, name: `n${k}`, labels: networks[p * 2 + k]!, v4: { cidr: 'x', subnet: `s${k}` } }),
      ),
    ),
    connections: connections.map(({ mesh, members, hubs, routers }, at): Connection => {
      const name = `c${at}`;
      const first = mesh ? 0 : Math.min(hubs, members.length - 1);
      const refOf = (id: string, position: number): RouterRef => {
        const network = id.split('/')[2]!;
        if (!shared) return routers[position] ?? `${name}-${network}`;
        const role = `${mesh ? 'mesh' : position < first ? 'hub' : 'spoke'}-${network}`;
        return { name: role, labels: { role } };
      };
      const refs = Object.fromEntries(members.map((id, position) => [id, refOf(id, position)]));
      if (mesh) return { name, type: 'mesh', networks: members, routers: refs };
      return { name, type: 'hub-spoke', hubs: members.slice(0, first), spokes: members.slice(first), routers: refs };
    }),
  }));

/** The pairs of networks that the rendered objects join, by the documented meaning of routers, which the lab has on its own. */
function joinedByObjects(fleet: Fleet): Set<string> {
  const { drafts, labelled } = routerDrafts(fleet, FACTS);
  const made = networkDrafts(fleet, FACTS, labelled)
    .map(({ object }) => object)
    .filter(({ kind }) => kind === 'VirtualNetwork');
  const central = ({ cluster, namespace }: { cluster: string; namespace: string }) => centralNamespace(fleet, cluster, namespace);
  const defaults = PLACES.flatMap((place) =>
    NAMES.slice(2).map(
      (name): KubernetesObject => ({
        ...{ apiVersion: 'core.contrail.juniper.net/v1alpha1', kind: 'VirtualNetwork' },
        metadata: { namespace: central(place), name, labels: { [DEFAULT_NETWORK_LABEL]: name } },
      }),
    ),
  );
  const labels = new Map(
    fleet.namespaces.map(({ cluster, name, labels: own }) => {
      const there = central({ cluster, namespace: name });
      return [there, { ...own, [METADATA_NAME_LABEL]: there }];
    }),
  );
  const ids = new Map(
    IDS.map((id) => id.split('/')).map(([cluster, namespace, name]) => [
      `${central({ cluster: cluster!, namespace: namespace! })}/${name}`,
      `${cluster}/${namespace}/${name}`,
    ]),
  );
  const pairs = allowedPairs(
    [...made, ...defaults],
    drafts.map(({ object }) => object),
    (namespace) => labels.get(namespace) ?? {},
  );
  return new Set(pairs.filter(([from, to]) => from !== to).map(([from, to]) => `${ids.get(from)} ${ids.get(to)}`));
}

/** The pairs that the declaration joins. */
function joinedByDeclaration(fleet: Fleet): Set<string> {
  const known = memberships(fleet.connections);
  return new Set(IDS.flatMap((a) => IDS.filter((b) => a !== b && joined(known, a, b).reach).map((b) => `${a} ${b}`)));
}

test('without findings the rendered routers join exactly the networks that the connections name', () => {
  const seen = { sound: 0, refused: 0, shared: 0 };
  fc.assert(
    fc.property(fleets, (fleet) => {
      const findings = [...judgeDuplicates(fleet, SOURCE), ...connectionsConnect.judgeDeclaration!({ fleet, source: SOURCE })];
      if (findings.length > 0) {
        seen.refused += 1;
        return;
      }
      seen.sound += 1;
      const names = fleet.connections.flatMap((each) => networksOf(each).map((id) => JSON.stringify([id, each.routers[id]])));
      if (new Set(names).size < names.length) seen.shared += 1;
      expect([...joinedByObjects(fleet)].sort()).toEqual([...joinedByDeclaration(fleet)].sort());
    }),
    { numRuns: 2000 },
  );
  expect(seen.sound).toBeGreaterThan(300);
  expect(seen.refused).toBeGreaterThan(300);
  expect(seen.shared).toBeGreaterThan(100);
});
