import { beforeAll, expect, test } from '@jest/globals';
import { leaseSpec } from '../../../src/apply/lease.ts';
import { APPLIED_ANNOTATION } from '../../../src/cn2/names.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';
import { applied, approve } from '../../support/trust-cases.ts';
import { attachedWorld } from '../../support/trust-property.ts';
import { TrustWorld } from '../../support/trust-world.ts';

let attached: TrustWorld;
beforeAll(async () => {
  attached = await attachedWorld();
});

/** A world whose central API answers 429 to so many of the writes that record the end of an apply. */
function worldThatThrottles(count: number): TrustWorld {
  const world = new TrustWorld(attached);
  const { central } = world.cn2;
  const update = central.update.bind(central);
  let left = count;
  central.update = async (resource, object, options) => {
    const finished = object.metadata.annotations?.[APPLIED_ANNOTATION]?.includes('"finished":true') === true;
    if (object.kind === 'Lease' && finished && leaseSpec(object).holderIdentity === '' && left > 0) {
      left -= 1;
      throw new ClusterError('cluster1: too many requests', { cluster: 'cluster1', cause: 'throttled', fieldConflicts: [] });
    }
    return update(resource, object, options);
  };
  return world;
}

test('a busy API server at the end of an apply costs some seconds, no result', async () => {
  const world = worldThatThrottles(3);
  await approve(world, 'connection');
  expect(await applied(world)).toMatchObject({ code: 0, text: 'done: ' });
});

test('where the end cannot be recorded the report stays, and the next apply proves it again', async () => {
  const world = worldThatThrottles(Number.POSITIVE_INFINITY);
  const sha = await approve(world, 'connection');
  const ending = await world.apply({ sha, job: true });
  if ('error' in ending) throw ending.error;
  const { document, conditions } = ending.result;
  expect(conditions).toEqual(['unknown-cluster']);
  expect(document.outcome).toBe('done');
  expect(document.steps.length).toBeGreaterThan(0);
  expect(document.reason).toContain('could not be recorded: cluster1: too many requests; the next apply checks the gates');
  // A new process, in quieter times.
  const later = new TrustWorld(world);
  expect(await applied(later, { sha })).toMatchObject({ code: 0 });
  expect(await applied(later, { sha })).toEqual({ code: 0, text: 'nothing: ', writes: 0 });
});
