import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { KubeClient } from '../../../lab/cn2/control/client.ts';
import type { Kind } from '../../../lab/cn2/control/kinds.ts';
import { begin, end } from '../../../lab/faults/carry-out.ts';
import type { Act } from '../../../lab/faults/fault.ts';
import type { Hands } from '../../../lab/faults/hands.ts';
import { readFaults } from '../../../lab/faults/record.ts';
import { FAULTS } from '../../../lab/faults/table.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { guideScene, liveObjects } from '../../support/fault-scene.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faults-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A podman that writes down what it is told, and fails for a word. */
function engineIn(failing = 'never'): Hands['provider'] {
  const script = `#!/bin/sh
echo "$@" >> ${folder}/said
case "$*" in *${failing}*) echo "no $3" >&2; exit 1;; *inspect*) echo paused;; *nft*) cat >> ${folder}/said;; esac\n`;
  writeFileSync(join(folder, 'podman'), script);
  chmodSync(join(folder, 'podman'), 0o755);
  return { name: 'podman', env: { PATH: `${folder}:${process.env['PATH']}` } };
}

const said = () => readFileSync(join(folder, 'said'), 'utf8');

/** An API of objects that counts its writes. */
class Objects {
  readonly all: KubernetesObject[] = liveObjects();
  writes = 0;

  async get(kind: Kind, namespace: string, name: string) {
    return this.all.find(
      ({ kind: k, metadata }) => k === kind.kind && metadata.namespace === namespace && metadata.name === name,
    );
  }
  async create(_: Kind, object: KubernetesObject, manager: string) {
    this.writes++;
    this.all.push({ ...object, metadata: { ...object.metadata, managedFields: [{ manager, operation: 'Update' }] } });
    return object;
  }
  async delete(kind: Kind, namespace: string, name: string) {
    this.writes++;
    this.all.splice(this.all.indexOf((await this.get(kind, namespace, name))!), 1);
  }
  async merge(kind: Kind, namespace: string, name: string, patch: object, manager: string) {
    this.writes++;
    const found = (await this.get(kind, namespace, name))!;
    merged(found as unknown as Record<string, unknown>, patch as Record<string, unknown>);
    found.metadata.managedFields = [...found.metadata.managedFields!, { manager, operation: 'Update' }];
  }
  async json(_: string, __: string, object: KubernetesObject) {
    this.writes++;
    (await this.get({ kind: object.kind } as Kind, object.metadata.namespace!, object.metadata.name))!.metadata = object.metadata;
  }
}

function merged(into: Record<string, unknown>, patch: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(patch)) {
    const plain = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (plain) merged(into[key] as Record<string, unknown>, value as Record<string, unknown>);
    else if (value === null) delete into[key];
    else into[key] = value;
  }
}

function hands(objects = new Objects(), provider = engineIn()): Hands {
  return { provider, folder, client: async () => objects as unknown as KubeClient };
}

const fault = async (name: string) => ({
  name,
  cluster: 'cluster2',
  at: '2026-01-01T00:00:00.000Z',
  acts: await FAULTS.find((each) => each.name === name)!.acts(guideScene()),
});

describe('objects', () => {
  test.each(['import-gone', 'router-label', 'network-label', 'foreign-router'])(
    '%s leaves everything as it was, owners too',
    async (name) => {
      const objects = new Objects();
      await begin(folder, await fault(name), hands(objects));
      expect(objects.all).not.toEqual(liveObjects());
      expect((await readFaults(folder)).map((each) => each.name)).toEqual([name]);
      await end(folder, [name], hands(objects));
      expect(objects.all).toEqual(liveObjects());
      expect(await readFaults(folder)).toEqual([]);
    },
  );

  test('what somebody has mended since, and what was never changed, is not written again', async () => {
    const objects = new Objects();
    const broken = await fault('network-label');
    await begin(folder, broken, hands(objects));
    objects.all.find(({ metadata }) => metadata.name === 'vn2')!.metadata.labels!['vn'] = 'vn2';
    objects.writes = 0;
    await end(folder, ['network-label'], hands(objects));
    expect(objects.writes).toBe(0);
  });

  test("a router of somebody else with the same name is not the fault's", async () => {
    const objects = new Objects();
    const { acts } = await fault('foreign-router');
    const [{ object }] = acts as [Extract<Act, { do: 'create' }>];
    objects.all.push({
      ...object,
      metadata: { ...object.metadata, managedFields: [{ manager: 'someone', operation: 'Update' }] },
    });
    await begin(folder, await fault('import-gone'), hands());
    await end(folder, ['import-gone', 'foreign-router'], hands(objects));
    expect(objects.all.some(({ metadata }) => metadata.name === object.metadata.name)).toBe(true);
  });
});

describe('nodes', () => {
  test('a table is made anew, and deleted whether it is there or not', async () => {
    await begin(folder, await fault('echo-loss'), hands());
    expect(said()).toContain('exec --interactive guide-cluster2-control-plane nft -f -');
    expect(said()).toContain('add table inet cn2_fleet_fault_echo_loss\ndelete table inet cn2_fleet_fault_echo_loss\ntable inet');
    writeFileSync(join(folder, 'said'), '');
    await end(folder, ['echo-loss'], hands());
    expect(said()).toMatch(/nft -f -\nadd table inet (\w+)\ndelete table inet \1\n$/);
  });

  test('a unit is started, a node goes on, an image gets its name back', async () => {
    await begin(folder, await fault('kubelet-stopped'), hands());
    await begin(folder, await fault('node-gone'), hands());
    await begin(folder, await fault('image-missing'), hands());
    writeFileSync(join(folder, 'said'), '');
    await end(folder, ['kubelet-stopped', 'node-gone', 'image-missing'], hands());
    expect(said()).toContain('systemctl start kubelet');
    expect(said()).toContain('unpause guide-cluster2-control-plane');
    expect(said()).toContain('images tag --force');
    // What came last is taken back first.
    expect(said().indexOf('bring-back')).toBeLessThan(said().indexOf('unpause'));
    expect(said().indexOf('unpause')).toBeLessThan(said().indexOf('systemctl start'));
  });

  test('a fault that was cut off is known, and undone as a whole', async () => {
    const nodes = ['one', 'two'];
    const broken = {
      ...(await fault('kubelet-stopped')),
      acts: nodes.map((node) => ({ do: 'stop' as const, node, unit: 'kubelet' })),
    };
    await expect(begin(folder, broken, hands(new Objects(), engineIn('two')))).rejects.toThrow('podman exec two');
    expect(await readFaults(folder)).toEqual([broken]);
    await end(folder, ['kubelet-stopped'], hands());
    for (const node of nodes) expect(said()).toContain(`exec ${node} systemctl start kubelet`);
    expect(await readFaults(folder)).toEqual([]);
  });

  test('what cannot be undone now stays known, and hinders no other', async () => {
    await begin(folder, await fault('echo-loss'), hands());
    await begin(folder, await fault('kubelet-stopped'), hands());
    const failing = hands(new Objects(), engineIn('start'));
    await expect(end(folder, ['echo-loss', 'kubelet-stopped'], failing)).rejects.toThrow('podman exec');
    expect((await readFaults(folder)).map(({ name }) => name)).toEqual(['kubelet-stopped']);
  });
});
