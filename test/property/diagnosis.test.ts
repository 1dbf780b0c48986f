import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { diagnose, diagnoseOld } from '../../src/diagnosis/diagnose.ts';
import { neededBy } from '../../src/diagnosis/needed.ts';
import { expect as expectedOf } from '../../src/expectation/expect.ts';
import type { Connection, Fleet } from '../../src/model/fleet.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import type { PairVerdict } from '../../src/model/smoke.ts';
import { daemonSet, type SeenFacts, soundFacts } from '../support/path-facts.ts';
import { network, smokeFleet } from '../support/smoke-fleet.ts';

const NAMES = ['cluster1/n1/a', 'cluster1/n2/b', 'cluster2/n1/a', 'cluster2/n1/c', 'cluster3/n3/d', 'cluster3/n3/e'];

/** Fleets of three clusters with connections of their own over some of the networks. */
const fleets = fc
  .array(fc.record({ networks: fc.subarray(NAMES, { minLength: 2 }), star: fc.boolean() }), { minLength: 1, maxLength: 3 })
  .map((drawn): Fleet => {
    const base = smokeFleet();
    const [second] = base.distributed;
    const connections = drawn.map(({ networks: [hub, ...others], star }, at): Connection => {
      const members = [hub!, ...others];
      const routers = Object.fromEntries(members.map((id) => [id, `r${at}-${id.replaceAll('/', '-')}`]));
      const common = { name: `k${at}`, routers };
      return star
        ? { ...common, type: 'hub-spoke', hubs: [hub!], spokes: others }
        : { ...common, type: 'mesh', networks: members };
    });
    return {
      ...base,
      distributed: [second!, { ...second!, name: 'cluster3', index: 1, kubemanager: 'kubemanager-cluster3' }],
      networks: NAMES.map((id, at) => ({ ...network(id, `10.${at}.0.0/24`), labels: { vn: `vn${at}` } })),
      connections,
    };
  });

/** Red wherever a path should be open between virtual networks. */
function redPaths(fleet: Fleet): PairVerdict[] {
  return expectedOf(fleet).pairs.map((pair) => {
    const red = pair.expected === 'reach' && pair.source.network !== 'default';
    return { ...pair, verdict: red ? 'unreachable' : 'ok', sent: 5, received: red ? 0 : 5, reason: '' };
  });
}

test('where every object is right none is named', () => {
  fc.assert(
    fc.property(fleets, (fleet) => {
      const facts = soundFacts(fleet);
      expect(new Set(diagnose(fleet, redPaths(fleet), facts).map(({ rung }) => rung))).toEqual(new Set(['path']));
      expect(diagnoseOld(fleet, [], expectedOf(fleet).pairs.map(unknown), facts)).toEqual([]);
    }),
    { numRuns: 30 },
  );
});

const unknown = (pair: ReturnType<typeof expectedOf>['pairs'][number]): PairVerdict => ({
  ...pair,
  ...{ verdict: 'not-run', sent: 0, received: 0 },
});

/** What happens to an object, by its kind. */
const HARM: Record<string, ((object: KubernetesObject, seen: SeenFacts) => void)[]> = {
  Namespace: [gone, leaving, set({ status: { phase: 'Terminating' } })],
  Subnet: [gone, leaving, failed],
  VirtualNetwork: [gone, leaving, failed, labelled({ vn: 'other' })],
  VirtualNetworkRouter: [
    ...[gone, leaving, failed, labelled({})],
    specified({ type: 'other' }),
    specified({ virtualNetworkSelector: { matchLabels: { vn: 'none' } } }),
    specified({ import: { virtualNetworkRouters: [] } }),
  ],
};

function set(fields: object) {
  return (object: KubernetesObject) => {
    Object.assign(object, fields);
  };
}

function specified(fields: object) {
  return (object: KubernetesObject) => {
    Object.assign(object['spec'] as object, fields);
  };
}

function labelled(labels: Record<string, string>) {
  return (object: KubernetesObject) => {
    object.metadata.labels = labels;
  };
}

function gone(object: KubernetesObject, { central }: SeenFacts): void {
  const kind = object.kind as keyof SeenFacts['central'];
  central[kind] = central[kind].filter((each) => each !== object);
}

function leaving(object: KubernetesObject): void {
  object.metadata.deletionTimestamp = '2026-11-30T00:00:00Z';
}

function failed(object: KubernetesObject): void {
  object['status'] = { state: 'Failure', observation: 'no' };
}

test('one fault is named by its object, for exactly the paths that need it', () => {
  fc.assert(
    fc.property(fleets, fc.nat(), fc.nat(), (fleet, which, how) => {
      const facts = soundFacts(fleet);
      const needed = neededBy(fleet);
      const objects = Object.keys(HARM).flatMap((kind) => facts.central[kind as keyof SeenFacts['central']]);
      const object = objects[which % objects.length]!;
      const { kind } = object;
      const { name, namespace } = object.metadata;
      const harms = HARM[kind]!;
      harms[how % harms.length]!(object, facts);
      const red = redPaths(fleet);
      const found = diagnose(fleet, red, facts).filter(({ rung }) => rung !== 'path');
      const needs = red.filter(({ verdict, source, target }) => {
        if (verdict === 'ok') return false;
        const routers = needed.ofPath(source, target)?.map((router) => router.object) ?? [];
        return [...needed.ofEndpoint(source), ...needed.ofEndpoint(target), ...routers].some(
          (each) => each.kind === kind && each.metadata.name === name && each.metadata.namespace === namespace,
        );
      });
      // A router of a connection that is named twice is another one for another path; a network without labels is selected by name.
      if (found.length === 0) expect(isHarmless(kind, harms[how % harms.length]!, needs)).toBe(true);
      for (const diagnosis of found) {
        expect(diagnosis.object).toEqual({ cluster: 'cluster1', kind, ...(namespace ? { namespace } : {}), name });
        expect(diagnosis.command).toContain(name);
        expect(diagnosis.cause).toContain(name);
      }
      expect(found.length).toBeLessThanOrEqual(needs.length);
      expect(new Set(found.flatMap(({ paths }) => paths.map(textOf)))).toEqual(
        new Set(found.length === 0 ? [] : needs.map(textOf)),
      );
    }),
    { numRuns: 150 },
  );
});

const textOf = ({ source, target }: Pick<PairVerdict, 'source' | 'target'>) => JSON.stringify([source, target]);

/** Nobody needs the object, or not what it has lost. */
function isHarmless(kind: string, harm: unknown, needs: readonly PairVerdict[]): boolean {
  return needs.length === 0 || (kind === 'VirtualNetwork' && harm === HARM['VirtualNetwork']![3]);
}

test('a vRouter that is not ready is named for the paths of its cluster, and none else', () => {
  fc.assert(
    fc.property(fleets, fc.constantFrom('cluster1', 'cluster2', 'cluster3'), (fleet, cluster) => {
      const facts = soundFacts(fleet);
      facts.daemonSets.set(cluster, [daemonSet(0)]);
      const red = redPaths(fleet);
      const found = diagnose(fleet, red, facts).filter(({ rung }) => rung === 'vrouter');
      const concerned = red.filter(
        ({ verdict, source, target }) => verdict !== 'ok' && [source.cluster, target.cluster].includes(cluster),
      );
      expect(found.map(({ object }) => object?.cluster)).toEqual(concerned.length === 0 ? [] : [cluster]);
      expect(found.flatMap(({ paths }) => paths)).toHaveLength(concerned.length);
    }),
    { numRuns: 20 },
  );
});
