import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/adapters/node/clock.ts';
import { readDeclaration } from '../../src/declare/declaration.ts';
import { approve, isSubset } from '../../src/plan/approval.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { render } from '../../src/render/render.ts';
import { judgeLive } from '../../src/rules/judge.ts';
import { guideFolder } from '../support/guide-folder.ts';
import { takeLock } from '../support/lock.ts';
import {
  dyingAfter,
  executeReal,
  planReal,
  type RealFleet,
  type RealPlan,
  type Rendered,
  startRealFleet,
} from '../support/real-fleet.ts';
import { HAS_SHARED_CN2, vendorRelease } from '../support/shared-cn2.ts';

const OLD = '22.2.0.93';
const NEW = 'cn2.23.4.0.59';
const LAB = new URL('../../lab/cn2/releases/23.4/', import.meta.url);

interface Releases {
  before: Rendered;
  after: Rendered;
}

function rendered(vendorFiles: Record<string, string>, folder: string, version: string): Rendered {
  const text = guideFolder()
    ['clusters.yaml']!.replace(OLD, version)
    .replace('cn2/22.2', folder)
    .replace('  registry: lab.local/cn2\n', '');
  const { tree, findings } = render({ declaration: readDeclaration(text, 'clusters.yaml'), vendorFiles });
  if (tree === undefined) throw new Error(`does not render: ${JSON.stringify(findings)}`);
  const centralFile = vendorFiles[`${folder}/central_cluster_deployer_example.yaml`] ?? '';
  return {
    fleet: tree.fleet,
    manifests: tree.manifests,
    centralFile: centralFile.replaceAll('<base64-encoded-credential>', 'e30='),
  };
}

/** The lab's own releases. */
function ofLab(): Releases {
  const folder = guideFolder();
  const before = Object.fromEntries(Object.entries(folder).filter(([path]) => path.startsWith('cn2/22.2/')));
  const after = Object.fromEntries(
    readdirSync(LAB).map((name) => [`cn2/23.4/${name}`, readFileSync(new URL(name, LAB), 'utf8')]),
  );
  return { before: rendered(before, 'cn2/22.2', OLD), after: rendered(after, 'cn2/23.4', NEW) };
}

function ofVendor(): Releases {
  return { before: rendered(vendorRelease('22.2'), 'cn2/22.2', OLD), after: rendered(vendorRelease('23.4'), 'cn2/23.4', NEW) };
}

/** The guide's fleet, attached in the older release. */
async function attached({ before }: Releases): Promise<RealFleet> {
  const world = await startRealFleet(before);
  const labels = { 'node-role.kubernetes.io/master': '', 'node-role.kubernetes.io/control-plane': '' };
  await world.distributed.create(
    { group: '', version: 'v1', kind: 'Node', plural: 'nodes', namespaced: false },
    { apiVersion: 'v1', kind: 'Node', metadata: { name: 'k8s-cp0', labels } },
  );
  const lock = await takeLock(world.central, systemClock);
  const result = await executeReal(world, await planReal(world), lock);
  if (result.outcome !== 'done') throw new Error(`not attached: ${result.reason}`);
  await lock.endProven();
  return world;
}

/** The same clusters with the newer release declared. */
function declaredNew(world: RealFleet, { after }: Releases): RealFleet {
  return { ...world, fleet: after.fleet, desired: world.wanted(after.manifests) };
}

/** As the commands do it: what is planned again must be part of what was approved. */
async function upgraded(world: RealFleet, plan: RealPlan, approved = approve(plan.plan), clusters = world.clusters) {
  const lock = await takeLock(world.central, systemClock, { holder: `run-${Math.random()}` });
  const texts: string[] = [];
  try {
    const result = await executeReal({ ...world, clusters }, plan, lock, {
      planAgain: async () => {
        const again = await planReal(world);
        const subset = isSubset(again.plan, approved);
        if (subset.ok) return again;
        texts.push(...subset.texts);
        return { refused: subset.texts.join('\n'), conditions: ['not-approved'] };
      },
    });
    if (result.outcome === 'done') await lock.endProven();
    return { ...result, texts };
  } finally {
    await lock.release();
  }
}

/** Tries again and again to make a Vrouter in the former version; stopped, it gives what the API server said that could not convert it. */
function tryVrouters(cluster: Cluster): () => Promise<string> {
  let stopped = false;
  const group = 'dataplane.juniper.net';
  const vrouters = { group, version: 'v1alpha1', kind: 'Vrouter', plural: 'vrouters', namespaced: true };
  const metadata = { name: 'tried', namespace: 'contrail' };
  const said = (async () => {
    const messages: string[] = [];
    while (!stopped) {
      // A read would be repeated by the connection until the webhook answers.
      const trial = cluster.create(
        vrouters,
        { apiVersion: `${group}/v1alpha1`, kind: 'Vrouter', metadata, spec: {} },
        { dryRun: true },
      );
      await trial.catch((error: Error) => messages.push(error.message));
    }
    return [...new Set(messages)].join('\n');
  })();
  return () => {
    stopped = true;
    return said;
  };
}

async function imagesOf(cluster: Cluster, kind: string): Promise<string[]> {
  const resource = (await cluster.discover()).resources.find((each) => each.kind === kind)!;
  const texts = (await cluster.list(resource)).map(({ spec }) => JSON.stringify(spec));
  return [...new Set(texts.flatMap((text) => [...text.matchAll(/\/contrail-[a-z0-9-]+:([^"]+)"/g)].map(([, tag]) => tag!)))];
}

const cases: [string, boolean, () => Releases][] = [
  ["the lab's releases", true, ofLab],
  ["the vendor's files", HAS_SHARED_CN2, ofVendor],
];

describe.each(cases)('an upgrade with %s', (_, there, releases) => {
  (there ? test : test.skip)(
    'waits for the central cluster, then changes deployer, certificates, kubemanager and vRouters behind their gates',
    async () => {
      const both = releases();
      await using old = await attached(both);
      const world = declaredNew(old, both);
      const early = await planReal(world);
      expect(early.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(
        judgeLive({ fleet: world.fleet, live: early.live, manifests: both.after.manifests }).map(({ message }) => message),
      ).toEqual(
        expect.arrayContaining([expect.stringContaining('the central cluster cluster1 is not on the declared release yet')]),
      );

      await world.emulator.upgrade(both.after.centralFile);
      const planned = await planReal(world);
      expect(planned.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      const cluster2 = planned.plan.clusters.find(({ name }) => name === 'cluster2')!;
      expect(cluster2.upgrade).toEqual({ from: OLD, to: NEW, nodes: 1 });
      const actions = cluster2.changes.filter(({ kind }) => kind === 'Vrouter').map(({ action, name }) => `${action} ${name}`);
      expect(actions.sort()).toEqual([
        'create contrail-vrouter-dpdk-nodes',
        'create contrail-vrouter-nodes',
        'delete contrail-vrouter-nodes-1',
        'delete contrail-vrouter-nodes-2',
        'update contrail-vrouter-masters',
      ]);

      const refused = tryVrouters(world.distributed);
      const result = await upgraded(world, planned);
      // The trap: what is stored in the former version, the deployer has to convert, and for a moment it does not.
      expect(await refused()).toMatch(/conversion webhook for dataplane\.juniper\.net\/v1alpha1, Kind=Vrouter failed/);
      expect([result.texts, result.reason]).toEqual([[], undefined]);
      expect(result.outcome).toBe('done');
      for (const kind of ['Vrouter', 'DaemonSet', 'Deployment']) expect(await imagesOf(world.distributed, kind)).toEqual([NEW]);
      const after = await planReal(world);
      expect(after.plan.clusters.flatMap(({ changes }) => changes)).toEqual([]);
      expect(after.plan.clusters.some(({ upgrade }) => upgrade !== undefined)).toBe(false);
    },
    300_000,
  );
});

describe("an upgrade with the lab's releases that is killed", () => {
  test.each([2, 5, 8])(
    'after %s writes is finished by the next run',
    async (writes) => {
      const both = ofLab();
      await using old = await attached(both);
      const world = declaredNew(old, both);
      await world.emulator.upgrade(both.after.centralFile);
      const planned = await planReal(world);
      const approved = approve(planned.plan);
      await expect(upgraded(world, planned, approved, dyingAfter(world.clusters, writes))).rejects.toThrow('killed');
      const again = await planReal(world);
      expect(isSubset(again.plan, approved)).toEqual({ ok: true });
      const result = await upgraded(world, again, approved);
      expect([result.reason, result.outcome]).toEqual([undefined, 'done']);
      const after = await planReal(world);
      expect(after.plan.clusters.flatMap(({ changes }) => changes)).toEqual([]);
    },
    300_000,
  );
});
