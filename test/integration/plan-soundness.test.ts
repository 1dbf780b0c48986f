import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import pMap from 'p-map';
import type { ApiServer } from '../../lab/apiserver/apiserver.ts';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import { fieldChanges } from '../../src/plan/fields.ts';
import { isCertainlyUnchanged, ownEntry } from '../../src/plan/ownership.ts';
import { type Cluster, ClusterError } from '../../src/ports/cluster.ts';
import { takeApiServer } from '../support/api-servers.ts';
import { DEFINITIONS } from '../support/cn2-definitions.ts';
import { SAMPLE_DEFINITION, SAMPLES, sample, sampleSpec, variation, varied } from '../support/list-types.ts';

/** What somebody else may have done to the object since we applied it. */
const meddling = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ type: 'none' as const }) },
  fc.record({ type: fc.constant('apply' as const), spec: sampleSpec }),
  fc.record({ type: fc.constant('replace' as const), spec: sampleSpec }),
  fc.record({ type: fc.constant('merge' as const), spec: sampleSpec }),
);
const history = fc.record({ first: sampleSpec, meddling, how: variation });

const CASES = 400;

describe('"unchanged" without asking', () => {
  let server: ApiServer;
  let cluster: Cluster;

  beforeAll(async () => {
    server = await takeApiServer({ name: 'soundness' });
    cluster = kubernetesConnector().connect('soundness', server.kubeconfig);
    await cluster.create(DEFINITIONS, SAMPLE_DEFINITION);
    for (let attempt = 0; attempt < 200; attempt++) {
      if ((await cluster.discover()).resources.some(({ kind }) => kind === 'Sample')) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('Sample is not served');
  }, 120_000);

  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
    await server?.stop();
  });

  test('is never said where the server would change anything', async () => {
    const seed = Date.now() % 1_000_000;
    const cases = fc.sample(history, { numRuns: CASES, seed });
    const verdicts = await pMap(
      cases,
      async ({ first, meddling: other, how }, index) => {
        const name = `s${index}`;
        if (!(await accepted(cluster.apply(SAMPLES, sample(name, first), { force: true })))) return 'invalid';
        await meddle(cluster, name, other);
        const desired = sample(name, varied(first, how));
        const live = (await cluster.get({ resource: SAMPLES, namespace: 'default', name }))!;
        if (!isCertainlyUnchanged(desired, live)) return 'doubt';
        // Without force: a hidden conflict would be a change, too.
        const result = await cluster.apply(SAMPLES, desired, { dryRun: true });
        const trace = JSON.stringify({
          seed,
          first,
          other,
          desired: desired['spec'],
          live: live['spec'],
          result: result['spec'],
        });
        expect([trace, fieldChanges(live, result)]).toEqual([trace, []]);
        expect([trace, ownEntry(result)?.fieldsV1]).toEqual([trace, ownEntry(live)?.fieldsV1]);
        return 'unchanged';
      },
      { concurrency: 16 },
    );
    // Neither answer may be the only one, or nothing was tested.
    expect(verdicts.filter((verdict) => verdict === 'unchanged').length).toBeGreaterThan(CASES / 20);
    expect(verdicts.filter((verdict) => verdict === 'doubt').length).toBeGreaterThan(CASES / 20);
  }, 120_000);
});

async function meddle(cluster: Cluster, name: string, { type, ...rest }: { type: string; spec?: object }): Promise<void> {
  const live = (await cluster.get({ resource: SAMPLES, namespace: 'default', name }))!;
  if (type === 'apply')
    await accepted(cluster.apply(SAMPLES, sample(name, rest.spec!), { force: true, fieldManager: 'another' }));
  if (type === 'replace') await accepted(cluster.update(SAMPLES, replaced(live, rest.spec!), { fieldManager: 'kubectl-edit' }));
  if (type === 'merge') {
    const spec = { ...(live['spec'] as object), ...rest.spec };
    await accepted(cluster.update(SAMPLES, replaced(live, spec), { fieldManager: 'kubectl-edit' }));
  }
}

function replaced(live: KubernetesObject, spec: object): KubernetesObject {
  return { ...live, spec };
}

/** Some generated specs are refused (a null where none is allowed): nothing to learn from them. */
async function accepted(request: Promise<KubernetesObject>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (error instanceof ClusterError && error.cause === 'invalid') return false;
    throw error;
  }
}
