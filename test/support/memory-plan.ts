import { readFileSync } from 'node:fs';
import { selectRestarts } from '../../src/cn2/restart.ts';
import { readDeclaration } from '../../src/declare/declaration.ts';
import { canonicalJson } from '../../src/declare/digest.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import { groupOf } from '../../src/model/kubernetes.ts';
import type { Desired } from '../../src/model/manifest.ts';
import type { Change, Plan, Precondition } from '../../src/model/plan.ts';
import { toDesired } from '../../src/render/desired.ts';
import { render } from '../../src/render/render.ts';
import type { MemoryCluster } from './memory-cluster.ts';
import { leavesOf } from './memory-objects.ts';

const GUIDE = new URL('../../examples/guide/', import.meta.url);
const FILES = ['central_cluster_deployer', 'distributed_cluster_deployer', 'distributed_cluster_vrouter'].map(
  (name) => `cn2/22.2/${name}_example.yaml`,
);

/** The guide's fleet, rendered from the example, with made-up secret values. */
export function guideDesired(edit: (text: string) => string = (text) => text): { fleet: Fleet; desired: Desired[] } {
  const read = (path: string) => readFileSync(new URL(path, GUIDE), 'utf8');
  const declaration = readDeclaration(edit(read('clusters.yaml')), 'clusters.yaml');
  const { tree, findings } = render({ declaration, vendorFiles: Object.fromEntries(FILES.map((file) => [file, read(file)])) });
  if (tree === undefined) throw new Error(`the example does not render: ${JSON.stringify(findings)}`);
  return { fleet: tree.fleet, desired: toDesired(tree.manifests, () => '{}') };
}

/** The guide's fleet with a second distributed cluster, cluster3, that is declared first and has the higher index. */
export function twoDistributed(): { fleet: Fleet; desired: Desired[] } {
  return guideDesired((text) =>
    text.replace(
      'distributed:',
      `distributed:
  - name: cluster3
    index: 4
    kubeconfig: {env: KUBECONFIG_CLUSTER3}
    server: https://172.27.115.190:6443
    podSubnets: [10.235.128.0/17]
    serviceSubnets: [10.235.0.0/17]`,
    ),
  );
}

/** A plan by plain comparison of leaves: what the tool's own planner finds with far fewer reads. */
export function memoryPlan(
  fleet: Fleet,
  desired: readonly Desired[],
  clusters: ReadonlyMap<string, MemoryCluster>,
): { plan: Plan; preconditions: Precondition[] } {
  const preconditions: Precondition[] = [];
  const changesOf = (cluster: MemoryCluster): Change[] => [
    ...desired
      .filter(({ manifest }) => manifest.cluster === cluster.name)
      .flatMap((entry) => changeOf(cluster, entry, preconditions)),
    ...restartOf(cluster),
    ...deletesOf(cluster, desired, preconditions),
  ];
  const plan: Plan = {
    schemaVersion: 1,
    fleet: fleet.metadata.name,
    digest: 'sha256:plan',
    index: 'sha256:index',
    complete: true,
    clusters: [...clusters.values()].map((cluster) => ({
      name: cluster.name,
      role: cluster.name === fleet.central.name ? 'central' : 'distributed',
      status: 'known',
      requests: 0,
      changes: changesOf(cluster),
    })),
  };
  return { plan, preconditions };
}

function changeOf(cluster: MemoryCluster, { manifest, object }: Desired, preconditions: Precondition[]): Change[] {
  const { namespace, name } = object.metadata;
  const place = { kind: object.kind, name, ...(namespace === undefined ? {} : { namespace }) };
  const base = { apiVersion: object.apiVersion, ...place, for: manifest.for, stage: manifest.stage, fields: [] };
  const live = cluster.peek(object.kind, namespace, name);
  if (live === undefined) {
    const there = namespace === undefined || cluster.peek('Namespace', undefined, namespace) !== undefined;
    return [{ ...base, action: 'create', predicted: !there || object.kind === 'Vrouter' }];
  }
  const seen = leavesOf(live);
  const same = [...leavesOf(object)].every(([path, value]) => canonicalJson(seen.get(path)) === canonicalJson(value));
  if (same) return [];
  const { uid = '', resourceVersion = '' } = live.metadata;
  preconditions.push({ cluster: cluster.name, group: groupOf(object.apiVersion), ...place, uid, resourceVersion });
  return [{ ...base, action: 'update', uid, predicted: false }];
}

function restartOf(cluster: MemoryCluster): Change[] {
  const objects = cluster.all();
  const pods = objects.filter(({ kind }) => kind === 'Pod');
  const vrouters = objects.filter(({ kind }) => kind === 'Vrouter');
  const future = { apiVersion: 'v1', kind: 'Vrouter', metadata: { name: 'x', creationTimestamp: '2999-01-01T00:00:00Z' } };
  const { restart } = selectRestarts(pods, vrouters.length === 0 ? [future] : vrouters);
  if (restart.length === 0) return [];
  return [
    {
      action: 'restart',
      apiVersion: 'v1',
      kind: 'Pod',
      name: '*',
      for: cluster.name,
      stage: '60-restart',
      predicted: false,
      fields: [],
    },
  ];
}

function deletesOf(cluster: MemoryCluster, desired: readonly Desired[], preconditions: Precondition[]): Change[] {
  const wanted = new Set(
    desired.map(
      ({ manifest: { cluster: at }, object: { kind, metadata } }) => `${at}/${kind}/${metadata.namespace}/${metadata.name}`,
    ),
  );
  const stages = { Subnet: '80-networks', VirtualNetwork: '80-networks', VirtualNetworkRouter: '90-routers' } as const;
  return cluster.all().flatMap(({ apiVersion, kind, metadata }): Change[] => {
    const stage = stages[kind as keyof typeof stages];
    const applied = metadata.managedFields?.some(({ manager, operation }) => manager === 'cn2-fleet' && operation === 'Apply');
    const key = `${cluster.name}/${kind}/${metadata.namespace}/${metadata.name}`;
    if (stage === undefined || applied !== true || wanted.has(key)) return [];
    const place = { kind, name: metadata.name, ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }) };
    const { uid = '', resourceVersion = '' } = metadata;
    preconditions.push({ cluster: cluster.name, group: groupOf(apiVersion), ...place, uid, resourceVersion });
    const owner = /^kubemanager-(\w+)-/.exec(metadata.namespace ?? '')?.[1] ?? 'cluster1';
    return [{ action: 'delete', apiVersion, ...place, uid, for: owner, stage, predicted: false, fields: [] }];
  });
}
