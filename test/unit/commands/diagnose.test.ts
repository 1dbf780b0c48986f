import { beforeEach, describe, expect, test } from '@jest/globals';
import { CONTRAIL_NAMESPACE, MATRIX_CONFIG_MAP } from '../../../src/cn2/names.ts';
import { type DiagnoseOptions, diagnoseCommand } from '../../../src/commands/diagnose.ts';
import { renderCommand } from '../../../src/commands/render.ts';
import { expect as expectedOf } from '../../../src/expectation/expect.ts';
import { keep } from '../../../src/expectation/keep.ts';
import { packedMatrix } from '../../../src/expectation/kept-text.ts';
import type { DiagnoseDocument } from '../../../src/model/diagnose.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { ExpectedPair, PairVerdict, SmokeDocument } from '../../../src/model/smoke.ts';
import { PLAIN } from '../../../src/model/style.ts';
import { diagnoseMarkdown } from '../../../src/report/markdown/diagnose.ts';
import { diagnoseText } from '../../../src/report/text/diagnose.ts';
import { guideDeclaration } from '../../support/guide-fleet.ts';
import { guideFolder } from '../../support/guide-folder.ts';
import type { MemoryCluster } from '../../support/memory-cluster.ts';
import { memoryCn2 } from '../../support/memory-cn2.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { soundFacts, virtualRouter } from '../../support/path-facts.ts';
import { OPTIONS, testPorts } from '../../support/ports.ts';
import { credential } from '../../support/trust-fleet.ts';

const fleet = guideDeclaration(guideFolder()['clusters.yaml']!).fleet!;
const WRITTEN = Date.parse('2026-11-01T00:00:00Z');
const MEASURED = '2026-11-02T00:00:00.000Z';
const LATER = Date.parse('2026-11-03T00:00:00Z');

let world: ReturnType<typeof newWorld>;
beforeEach(() => {
  world = newWorld();
});

/** The guide's clusters as the fleet wants them, written at a time. */
function newWorld() {
  let now = WRITTEN;
  const cn2 = memoryCn2({ now: () => now });
  const { central } = cn2;
  for (const objects of Object.values(soundFacts(fleet).central)) for (const object of objects) central.put(object);
  central.put(virtualRouter('node1'));
  for (const name of ['kube-system', 'contrail']) central.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const files = memoryFiles(guideFolder());
  const ports = testPorts(files, {
    credentials: { resolve: async (ref) => ({ status: 'ok', value: credential('env' in ref ? ref.env : '') }) },
    connector: { connect: (name) => cn2.clusters.get(name) as MemoryCluster },
  });
  const run = async (options: Partial<DiagnoseOptions> = {}) => {
    await renderCommand(ports, { ...OPTIONS, check: false });
    return diagnoseCommand(ports, { ...OPTIONS, ...options });
  };
  const later = () => {
    now = LATER;
  };
  return { central, files, ports, run, later };
}

/** As if a smoke test had measured it. */
function measured(red: (pair: ExpectedPair) => boolean = () => false): PairVerdict[] {
  return expectedOf(fleet).pairs.map((pair) => ({
    ...{ ...pair, verdict: red(pair) ? ('unreachable' as const) : ('ok' as const) },
    ...{ sent: 5, received: pair.expected === 'reach' && !red(pair) ? 5 : 0 },
  }));
}

const ofNetworks = ({ source, expected }: ExpectedPair) => source.network !== 'default' && expected === 'reach';

function keptBy({ central }: typeof world, pairs: PairVerdict[]): void {
  const uid = central.peek('Namespace', undefined, 'kube-system')!.metadata.uid as string;
  const run = { fleet: 'guide', central: uid, at: MEASURED, runId: 'run-1', pairs, declared: expectedOf(fleet) };
  central.put({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: MATRIX_CONFIG_MAP, namespace: CONTRAIL_NAMESPACE },
    binaryData: { guide: packedMatrix(keep(undefined, run))! },
  });
}

function looseLabel({ central }: typeof world): void {
  const router = central.peek('VirtualNetworkRouter', 'ns1', 'vnr1')!;
  central.put({ ...router, metadata: { ...router.metadata, labels: { vnr: 'other' } } } as KubernetesObject, 'kubectl-label');
}

const states = ({ paths }: DiagnoseDocument) =>
  Object.fromEntries(Object.entries(Object.groupBy(paths, ({ state }) => state)).map(([state, found]) => [state, found.length]));
const CAUSE = 'VirtualNetworkRouter ns1/vnr1 on cluster1 has the label vnr=other, expected vnr=vnr1';

describe('without evidence', () => {
  test('the objects alone are looked at: what only packets can tell is not known, and a command is named', async () => {
    const { document, conditions } = await world.run();
    expect(document.evidence).toEqual({ from: 'none', reason: 'no smoke test of this fleet was kept yet' });
    expect(states(document)).toEqual({ unknown: 16 });
    expect(document.diagnoses).toBeUndefined();
    expect(conditions).toEqual(['unknown-cluster']);
    expect(diagnoseText(document, PLAIN)).toContain('cn2-fleet smoke measures what only packets can tell');
  });

  test('that can be enough', async () => {
    looseLabel(world);
    const { document, conditions } = await world.run();
    expect(document.diagnoses).toMatchObject([{ rung: 'router', cause: CAUSE, paths: { length: 2 } }]);
    expect(states(document)).toEqual({ unknown: 14, wrong: 2 });
    expect(conditions).toEqual(['smoke-failed', 'unknown-cluster']);
    expect(diagnoseText(document, PLAIN)).toContain(
      `2 paths: ${CAUSE}\n    look: kubectl get virtualnetworkrouter vnr1 -n ns1 -o yaml`,
    );
    expect(diagnoseMarkdown(document)).toContain('❌ **Diagnosis of guide: 16 paths, 2 wrong, 14 not known**');
  });

  test('nothing is written, no pod is made, no lock is taken', async () => {
    await world.run();
    const { central } = world;
    expect(central.writes()).toEqual([]);
    expect(central.audit.filter(({ kind }) => kind === 'Pod' || kind === 'Lease')).toEqual([]);
    const lists = central.audit.flatMap(({ verb, kind }) => (verb === 'LIST' ? [kind] : []));
    expect(new Set(lists).size).toBe(lists.length);
  });
});

describe('with what the central cluster has kept', () => {
  test('a green matrix of unchanged objects is the answer', async () => {
    keptBy(world, measured());
    const { document, conditions } = await world.run();
    expect([states(document), conditions, document.diagnoses]).toEqual([{ right: 16 }, [], undefined]);
    expect(document.paths[0]?.last).toMatchObject({ verdict: 'ok', at: MEASURED });
  });

  test('a red one is explained as if it had just been measured', async () => {
    keptBy(world, measured(ofNetworks));
    const { document, conditions } = await world.run();
    expect(states(document)).toEqual({ right: 14, wrong: 2 });
    expect(document.diagnoses).toMatchObject([{ rung: 'path', paths: { length: 2 } }]);
    expect(conditions).toEqual(['smoke-failed']);
  });

  test('paths between the nodes of a network, which nobody declares, are judged where all are', async () => {
    const at = (node: string) => ({ cluster: 'cluster1', network: 'ns1/vn1', node });
    const between: PairVerdict = {
      ...{ source: at('cluster1-cp0'), target: at('node1'), family: 'v4', expected: 'reach', verdict: 'ok' },
      ...{ sent: 5, received: 5, reason: 'one network' },
    };
    keptBy(world, [...measured(), between]);
    expect(states((await world.run()).document)).toEqual({ right: 17 });
    expect((await world.run({ pair: 'cluster1,cluster2' })).document.paths).toHaveLength(12);
  });

  test('what was measured before an object was changed does not count any more, and that is said', async () => {
    keptBy(world, measured());
    world.later();
    const router = world.central.peek('VirtualNetworkRouter', 'ns1', 'vnr1')!;
    world.central.put(
      { ...router, metadata: { ...router.metadata, labels: { ...router.metadata.labels, more: 'x' } } },
      'kubectl',
    );
    const { document, conditions } = await world.run({ pair: 'cluster1/ns1/vn1,cluster2/ns1/vn2' });
    expect(document.paths).toMatchObject([
      {
        state: 'unknown',
        outdated: 'VirtualNetworkRouter ns1/vnr1 on cluster1 was changed at 2026-11-03T00:00:00Z, after it was measured',
      },
      { state: 'unknown' },
    ]);
    expect(conditions).toEqual(['unknown-cluster']);
    expect(diagnoseText(document, PLAIN)).toContain(
      '2 paths not known: was ok at 2026-11-02T00:00:00.000Z, but VirtualNetworkRouter',
    );
  });

  test('what CN2 writes of an object’s state is no change', async () => {
    keptBy(world, measured());
    world.later();
    const router = world.central.peek('VirtualNetworkRouter', 'ns1', 'vnr1')!;
    world.central.put({ ...router, status: { state: 'Success', observation: 'again' } }, 'manager');
    expect(states((await world.run()).document)).toEqual({ right: 16 });
  });

  test('an object that has changed and is wrong is the cause, whatever was measured', async () => {
    keptBy(world, measured());
    world.later();
    looseLabel(world);
    const { document, conditions } = await world.run();
    expect(document.diagnoses).toMatchObject([{ cause: CAUSE, paths: { length: 2 } }]);
    expect(conditions[0]).toBe('smoke-failed');
  });
});

describe('with a file', () => {
  const smoke = (part: Partial<SmokeDocument> = {}): string =>
    JSON.stringify({ schemaVersion: 1, fleet: 'guide', emulated: false, at: MEASURED, pairs: measured(ofNetworks), ...part });

  test('its paths count like those that were kept', async () => {
    world.files.files['smoke.json'] = smoke();
    const { document } = await world.run({ evidence: 'smoke.json' });
    expect([document.evidence, states(document)]).toEqual([{ from: 'file' }, { right: 14, wrong: 2 }]);
  });

  test('one that does not say when it was measured says nothing of now', async () => {
    const { at: _, ...rest } = JSON.parse(smoke()) as SmokeDocument;
    world.files.files['smoke.json'] = JSON.stringify(rest);
    const { document } = await world.run({ evidence: 'smoke.json' });
    expect(states(document)).toEqual({ unknown: 16 });
  });

  test.each([
    ['nothing.json', undefined, 'nothing.json does not exist'],
    ['plan.json', '{"schemaVersion": 1}', 'plan.json is not what cn2-fleet smoke --format json prints'],
    ['cut.json', '{"schema', 'cut.json is not what cn2-fleet smoke --format json prints'],
    ['other.json', smoke({ fleet: 'other' }), 'other.json is of fleet other, not of guide'],
  ])('%s is refused', async (name, text, words) => {
    if (text !== undefined) world.files.files[name] = text;
    await expect(world.run({ evidence: name })).rejects.toThrow(`--evidence: ${words}`);
  });
});

describe('a pair', () => {
  test.each([
    ['cluster1,cluster2', 12],
    ['cluster2 , cluster1', 12],
    ['cluster1/ns1/vn1,cluster2', 4],
    ['cluster1/default,cluster2/default', 4],
  ])('%s', async (pair, paths) => {
    expect((await world.run({ pair })).document.paths).toHaveLength(paths);
  });

  test.each([
    ['cluster1', 'not two ends'],
    ['cluster1,cluster2,cluster3', 'not two ends'],
    ['cluster1,cluster9', '--pair cluster9: the fleet does not have this cluster'],
    ['cluster1/ns1/vn9,cluster2', 'the smoke test has no path between them'],
  ])('%s is refused', async (pair, words) => {
    await expect(world.run({ pair })).rejects.toThrow(words);
  });
});

test('a cluster that cannot be asked leaves its paths unknown', async () => {
  keptBy(world, measured());
  world.ports.credentials = {
    resolve: async (ref) => {
      const name = 'env' in ref ? ref.env : '';
      return name === 'KUBECONFIG_CLUSTER2'
        ? { status: 'missing', reason: '$KUBECONFIG_CLUSTER2 is not set' }
        : { status: 'ok', value: credential(name) };
    },
  };
  const { document, conditions } = await world.run();
  expect(document.diagnoses).toMatchObject([{ rung: 'api', cause: 'cluster2: $KUBECONFIG_CLUSTER2 is not set' }]);
  expect(conditions).toEqual(['unknown-cluster']);
});
