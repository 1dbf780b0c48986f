import { describe, expect, test } from '@jest/globals';
import { SMOKE_NAMESPACE } from '../../../src/cn2/names.ts';
import type { Right } from '../../../src/doctor/rights.ts';
import { smokeDocument } from '../../../src/expectation/smoke-document.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';
import { network, smokeFleet } from '../../support/smoke-fleet.ts';
import { probeImagesFor, SmokeWorld, type WorldOptions } from '../../support/smoke-world.ts';

const fleet = smokeFleet({
  networks: [network('cluster1/ns1/vn1', '10.0.0.0/24'), network('cluster2/ns1/vn2', '20.0.0.0/24')],
});

const pathOf = ({ verb, resource, subresource, namespace }: Right) =>
  `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}${namespace === undefined ? '' : ` in ${namespace}`}`;

/** An identity that on cluster2 has not these rights; a namespaced one is missing for all namespaces at once, too. */
async function lacking(missing: readonly string[], options: Partial<WorldOptions> & { pullSecret?: string } = {}) {
  const asked: string[] = [];
  const world = new SmokeWorld({ fleet, ...options });
  const { expected, result } = await world.run({
    images: probeImagesFor(fleet, options.pullSecret),
    ask: async ({ name }, rights) => {
      if (name !== 'cluster2') return [];
      asked.push(...rights.map(pathOf));
      return rights.filter((right) => missing.some((each) => each === pathOf(right) || each.startsWith(`${pathOf(right)} in `)));
    },
  });
  const document = smokeDocument(fleet, expected, result);
  const reasons = new Set(document.pairs.map(({ verdict, reason }) => `${verdict}: ${reason.replace(/^(source|target): /, '')}`));
  return { world, document, reasons, asked, result };
}

const everywhere = (verb: string) => [`${verb} pods in ${SMOKE_NAMESPACE}`, `${verb} pods in ns1`];

describe('rights are asked before anything is made', () => {
  test('with all of them one round of questions, and nothing else is asked', async () => {
    const { asked, reasons } = await lacking([]);
    expect(asked).toEqual(['list pods', 'watch pods', 'create pods', 'delete pods', 'get pods/exec', 'get pods/log']);
    expect([...reasons].every((reason) => reason.startsWith('ok'))).toBe(true);
    expect((await lacking([], { pullSecret: '{"auths":{}}' })).asked).toEqual(
      expect.arrayContaining(['create secrets', 'delete secrets']),
    );
  });

  test.each([
    ['delete', everywhere('delete'), `delete pods in ${SMOKE_NAMESPACE}; delete pods in ns1`],
    ['watch', ['watch pods'], 'watch pods'],
    ['create and delete in one namespace', ['create pods in ns1', 'delete pods in ns1'], 'create, delete pods in ns1'],
    ['neither exec nor logs', ['get pods/exec in ns1', 'get pods/log in ns1'], 'get pods/exec in ns1; get pods/log in ns1'],
  ])('%s: said once with the rights that are missing, and nothing is made there', async (_, missing, words) => {
    const { world, document, reasons } = await lacking(missing);
    const sentence = `not-run: cluster2: nothing was made, as the credential may not ${words}`;
    expect([...reasons].filter((reason) => !reason.startsWith('ok'))).toEqual([sentence]);
    const made = world
      .cluster('cluster2')
      .writes()
      .filter(({ namespace }) => namespace === 'ns1');
    expect(made).toEqual([]);
    expect(document.leftovers).toBeUndefined();
    expect(document.pairs.some(({ verdict }) => verdict === 'ok')).toBe(
      words.includes('in ns1') && !words.includes(SMOKE_NAMESPACE) && !words.includes('exec'),
    );
  });

  test('secrets count only where one is passed on', async () => {
    expect([...(await lacking(['create secrets in ns1'])).reasons].every((reason) => reason.startsWith('ok'))).toBe(true);
    const { reasons, world } = await lacking(['delete secrets in ns1'], { pullSecret: '{"auths":{}}' });
    expect(reasons).toContain('not-run: cluster2: nothing was made, as the credential may not delete secrets in ns1');
    expect(
      world
        .cluster('cluster2')
        .writes()
        .filter(({ namespace }) => namespace === 'ns1'),
    ).toEqual([]);
  });

  test('a server that does not tell is measured as ever', async () => {
    const world = new SmokeWorld({ fleet });
    const { expected, result } = await world.run({ ask: async () => undefined });
    expect(smokeDocument(fleet, expected, result).pairs.every(({ verdict }) => verdict === 'ok')).toBe(true);
  });
});

describe('a namespace that refuses the init container which adds routes', () => {
  /** As Pod Security answers, to a dry-run and to the pod itself. */
  const restricted =
    (level: string): NonNullable<WorldOptions['before']> =>
    ({ verb, kind, namespace, cluster, object }) => {
      if (!verb.startsWith('CREATE') || kind !== 'Pod' || namespace !== 'ns1' || cluster !== 'cluster2') return;
      if ((object?.['spec'] as { initContainers?: unknown } | undefined)?.initContainers === undefined && level !== 'nothing')
        return;
      throw new ClusterError(
        `cluster2: create of pods ns1/p is refused (403): pods "p" is forbidden: violates PodSecurity "${level}:latest": non-default capabilities`,
        { cluster, status: 403, cause: 'forbidden', fieldConflicts: [] },
      );
    };
  const sentence =
    'cluster2: namespace ns1 refuses the init container that adds routes to other networks (Pod Security "restricted:latest"): allow NET_ADMIN there, or declare these networks in a namespace that allows it';

  test('its paths are not-run before any pod is made there, said once; the others are measured', async () => {
    const { world, reasons, document } = await lacking([], { before: restricted('restricted') });
    expect(reasons).toContain(`not-run: ${sentence}`);
    expect(document.pairs.filter(({ verdict }) => verdict === 'ok')).toHaveLength(2);
    expect(world.progress.filter(({ type }) => type === 'warning')).toEqual([
      { type: 'warning', text: `${sentence}; 2 paths will not be measured` },
    ]);
    const requests = world.cluster('cluster2').audit.filter(({ namespace }) => namespace === 'ns1');
    expect(requests.map(({ verb }) => verb)).toEqual(['CREATE-DRYRUN', 'CREATE-DRYRUN']);
  });

  test('what needs no route is measured in it: paths within a network', async () => {
    const world = new SmokeWorld({ fleet, before: restricted('restricted') });
    const on = (node: string) => ({ cluster: 'cluster2', network: 'ns1/vn2', node });
    const { expected } = await new SmokeWorld({ fleet }).run();
    const pairs = [
      ...expected.pairs,
      { source: on('a'), target: on('b'), family: 'v4' as const, expected: 'reach' as const, reason: 'one network' },
    ];
    const { result } = await world.run({ expected: { pairs } });
    const { measured } = result;
    expect(measured.at(-1)?.measurement).toMatchObject({ status: 'measured', received: 5 });
    expect(measured.filter(({ measurement }) => measurement.status === 'not-run')).toHaveLength(2);
    expect(world.remains()).toEqual([]);
  });

  test('one that takes no probe at all says so by the pod itself', async () => {
    const { reasons } = await lacking([], { before: restricted('nothing') });
    expect([...reasons].some((reason) => reason.includes('create of pods ns1/p is refused (403)'))).toBe(true);
    expect([...reasons].some((reason) => reason.includes('init container'))).toBe(false);
  });
});
