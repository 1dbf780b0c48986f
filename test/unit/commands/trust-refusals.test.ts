import { beforeAll, describe, expect, test } from '@jest/globals';
import { ForgeError } from '../../../src/ports/forge.ts';
import { GUIDE, replaced } from '../../support/guide-fleet.ts';
import { namespace } from '../../support/memory-cn2.ts';
import { applied, approve, declare, proposes, record, routers, setRecord } from '../../support/trust-cases.ts';
import { forge } from '../../support/trust-forgeries.ts';
import { attachedWorld, freshWorld, settle } from '../../support/trust-property.ts';
import { BRANCH } from '../../support/trust-steps.ts';
import { TrustWorld } from '../../support/trust-world.ts';

let attached: TrustWorld;
beforeAll(async () => {
  attached = await attachedWorld();
});
const begin = () => new TrustWorld(attached);
/** The last serial there is. */
const LAST = Number.MAX_SAFE_INTEGER - 1;
const DONE = { code: 0, text: 'done: ' };

/** plan.json of the head with another serial and a digest that fits. */
function otherSerial(world: TrustWorld, serial: number): void {
  const change = forge(world.hub.main.files, 'plan-later', serial);
  world.hub.push('main', { 'rendered/plan.json': change['rendered/plan.json'] });
}

describe('another version of cn2-fleet between proposal and apply', () => {
  test('that renders the same bytes goes through', async () => {
    const world = begin();
    await approve(world);
    expect(await applied(world, { version: '9.9.9' })).toMatchObject(DONE);
  });

  test('that renders other bytes is told apart from an edit', async () => {
    const world = begin();
    await approve(world);
    // To the other version, what this one has rendered looks as if somebody had changed it and made every digest fit.
    world.hub.push('main', forge(world.hub.main.files, 'content'));
    const text = expect.stringMatching(
      /^stopped: another version: the manifests were rendered by cn2-fleet 0\.0\.0-test, and version 9\.9\.9/,
    );
    expect(await applied(world, { version: '9.9.9' })).toEqual({ code: 4, text, writes: 0 });
    expect(await applied(world)).toMatchObject({
      code: 4,
      text: expect.stringMatching(/^stopped: edited: rendered\//),
      writes: 0,
    });
  });
});

describe('the record of the last apply', () => {
  test('that cannot be read stops plan and apply, and says where it is', async () => {
    for (const text of ['', 'x', '[]', '{"serial":"2"}', '{"serial":1e99,"plan":"a","index":"b","at":"c","finished":true}']) {
      const world = begin();
      await approve(world);
      setRecord(world, text);
      const sentence = expect.stringMatching(/annotation cn2-fleet\/applied of Lease contrail\/cn2-fleet-guide cannot be read/);
      expect([text, await applied(world)]).toEqual([text, { code: 8, text: sentence, writes: 0 }]);
      declare(world, 'extra');
      expect([text, await proposes(world)]).toEqual([text, { code: 8, how: 'refused', text: sentence }]);
    }
  });

  test('that is from the future ends the turn of every older plan; the next proposal comes after it', async () => {
    const world = begin();
    await approve(world);
    setRecord(world, JSON.stringify({ ...(record(world) as object), serial: 1000 }));
    const text = expect.stringMatching(/the approved plan 2 is older than what was applied since: plan 1000/);
    expect(await applied(world)).toEqual({ code: 4, text, writes: 0 });
    await settle(world);
    expect(record(world)).toMatchObject({ serial: 1001, finished: true });
    expect(routers(world)).toEqual([]);
  });

  test('after which no serial is left: the proposal says what to remove', async () => {
    const world = begin();
    const before = record(world) as object;
    setRecord(world, JSON.stringify({ ...before, serial: LAST }));
    declare(world, 'connection');
    const text = expect.stringMatching(
      /^cluster1: no serial is left after 9007199254740990, which the Lease of the fleet records/,
    );
    expect(await proposes(world)).toEqual({ code: 8, how: 'refused', text });
    setRecord(world, JSON.stringify(before));
    await settle(world);
  });
});

describe('the serial of plan.json', () => {
  test('that no plan has is none', async () => {
    for (const serial of [0, -1, 1.5, Number.MAX_SAFE_INTEGER, 1e300]) {
      const world = begin();
      await approve(world);
      otherSerial(world, serial);
      const text = expect.stringMatching(/has the serial .*, which is not a serial; propose again and merge the result/);
      expect([serial, await applied(world)]).toEqual([serial, { code: 4, text, writes: 0 }]);
      await settle(world);
    }
  });

  test('that is far ahead of what was applied is refused, and the next proposal follows what was applied', async () => {
    const world = begin();
    await approve(world);
    otherSerial(world, LAST);
    const text = expect.stringMatching(/has the serial 9007199254740990, which no plan reaches after \d+: it was edited/);
    expect(await applied(world)).toEqual({ code: 4, text, writes: 0 });
    declare(world, 'extra');
    expect(await proposes(world)).toMatchObject({ code: 2, how: 'created' });
    await settle(world);
  });

  test('after which none is left: the next proposal says what to remove', async () => {
    const world = begin();
    const before = record(world) as object;
    setRecord(world, JSON.stringify({ ...before, serial: LAST - 1 }));
    await approve(world);
    otherSerial(world, LAST);
    declare(world, 'extra');
    const text = expect.stringMatching(/^plan\.json: no serial is left after 9007199254740990/);
    expect(await proposes(world)).toEqual({ code: 8, how: 'refused', text });
    world.hub.push('main', { 'rendered/plan.json': undefined });
    setRecord(world, JSON.stringify(before));
    await settle(world);
  });
});

describe('the branch that approves', () => {
  test('cannot be read: nothing is written', async () => {
    const world = begin();
    await approve(world);
    world.hub.onRequest = (name) => {
      if (name === 'branchHead')
        throw new ForgeError('GitHub does not answer', { reason: 'unreachable', hint: 'run the same command again' });
    };
    expect(await applied(world)).toMatchObject({
      code: 1,
      text: 'GitHub does not answer; run the same command again',
      writes: 0,
    });
    world.hub.onRequest = () => undefined;
    expect(await applied(world)).toMatchObject(DONE);
  });

  test('is gone, before the lock and under it: nothing is written to what is managed', async () => {
    for (const at of [0, 50]) {
      const world = begin();
      const sha = await approve(world);
      const lose = () => void world.hub.branches.delete('main');
      const gone = await applied(world, { sha, meanwhile: { at, work: lose } });
      const text = expect.stringMatching(/^the repository has no branch main; name the branch/);
      expect([at, gone]).toMatchObject([at, { code: 1, text }]);
      expect(routers(world)).toEqual(['vnr1', 'vnr2']);
      world.hub.move('main', sha);
      expect(await applied(world)).toMatchObject(DONE);
    }
  });
});

test('a proposal’s branch that is deleted at any moment of a propose is made again, at the latest by the next', async () => {
  for (let at = 0; at < 14; at += 1) {
    const world = begin();
    declare(world, 'connection');
    await world.propose();
    declare(world, 'extra');
    let requests = 0;
    world.hub.onRequest = () => {
      if (requests === at) world.hub.deleteBranch(BRANCH);
      requests += 1;
    };
    const during = await proposes(world);
    world.hub.onRequest = () => undefined;
    expect([at, during.code]).toEqual([at, during.how === 'failed' ? 1 : 2]);
    await settle(world);
  }
});

describe('a central cluster without namespace contrail, where the lock lives', () => {
  test('is no place for a proposal', async () => {
    const world = freshWorld();
    world.cn2.central.remove('Namespace', undefined, 'contrail');
    const text = expect.stringMatching(/belongs in namespace contrail of cluster1, which does not exist/);
    expect(await proposes(world)).toEqual({ code: 3, how: 'refused', text });
  });

  test('stops an apply that needs nothing else there, before its first write', async () => {
    const world = freshWorld();
    const alone = replaced(GUIDE, /^distributed:\n(?: .*\n)+/m, '').replace(/^connections:\n(?: .*\n)+/m, '');
    world.hub.push('main', { 'clusters.yaml': alone.replace(/^ {2}- \{cluster: cluster2.*\n/gm, '') });
    world.cn2.central.remove('Namespace', undefined, 'contrail');
    expect(await proposes(world)).toMatchObject({ code: 2, how: 'created' });
    world.hub.mergePull(1, 'squash');
    expect(await applied(world)).toMatchObject({
      code: 8,
      text: expect.stringMatching(/^cluster1: namespace contrail not found, where the lock of the fleet lives/),
    });
    expect(world.cn2.central.peek('VirtualNetwork', 'ns1', 'vn1')).toBeUndefined();
    world.cn2.central.put(namespace('contrail'));
    await settle(world);
  });
});
