import { parse } from 'yaml';
import { sha256 } from '../../src/declare/digest.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import type { RenderIndex } from '../../src/model/manifest.ts';
import type { ApprovedPlan } from '../../src/model/plan.ts';
import { sealedIndex } from '../../src/render/tree.ts';
import { writeJson, writeYaml } from '../../src/render/yaml-writer.ts';
import { leavesOf } from './memory-objects.ts';
import { below, type Tree } from './memory-trees.ts';
import { type Forgery, resealed } from './resealed.ts';

/** What somebody does to rendered/ who may push; all but the first three know how digests are made. */
export const FORGERIES = [
  'append',
  'stray',
  'no-plan',
  'smuggle',
  'content',
  'fleet',
  'plan-later',
  'plan-earlier',
  'plan-same-place',
  'plan-nameless',
  'plan-without-place',
] as const;
export type ForgeryKind = (typeof FORGERIES)[number];

/** Nothing of it is strange in the fleet, but that nobody has declared it. */
const SMUGGLED: KubernetesObject = {
  apiVersion: 'core.contrail.juniper.net/v1alpha1',
  kind: 'Subnet',
  metadata: {
    name: 'smuggled',
    namespace: 'ns1',
    labels: { 'app.kubernetes.io/managed-by': 'cn2-fleet', 'cn2-fleet/fleet': 'guide' },
  },
  spec: { cidr: '10.66.0.0/24', defaultGateway: '10.66.0.1' },
};
/** Comes after whatever was applied. */
const later = (plan: ApprovedPlan): ApprovedPlan => ({ ...plan, serial: (plan.serial ?? 0) + 3 });

/** The same with all that the smuggled object has. */
const withFields = (plan: ApprovedPlan): ApprovedPlan => {
  const fields = [...leavesOf(SMUGGLED)].map(([path, after]) => ({ path, after }));
  const clusters = plan.clusters.map((cluster) => ({
    ...cluster,
    changes: cluster.changes.map((change) => (change.name === SMUGGLED.metadata.name ? { ...change, fields } : change)),
  }));
  return later({ ...plan, clusters });
};

const DIGESTED: Partial<Record<ForgeryKind, Forgery>> = {
  smuggle: { add: [{ cluster: 'cluster1', stage: '80-networks', object: SMUGGLED }], plan: withFields },
  fleet: { fleet: (text) => text.replace('"env": "KUBECONFIG_CLUSTER1"', '"file": "evil.yaml"') },
  'plan-later': { plan: later },
  'plan-earlier': { plan: (plan) => ({ ...plan, serial: Math.max(1, (plan.serial ?? 0) - 1) }) },
  'plan-same-place': {
    plan: (plan) => ({ ...plan, clusters: plan.clusters.map((cluster) => ({ ...cluster, changes: cluster.changes.slice(1) })) }),
  },
  'plan-nameless': { plan: (plan) => ({ ...plan, clusters: plan.clusters.map(({ uid: _, ...cluster }) => cluster) }) },
  'plan-without-place': { plan: ({ serial: _, ...plan }) => plan },
};

/** What it changes of a commit's files; nothing where there is nothing to forge. `serial`: the one of a later plan. */
export function forge(files: Tree, kind: ForgeryKind, serial?: number): Record<string, string | undefined> {
  const rendered = below(files, 'rendered');
  if (kind === 'stray') return { 'rendered/cluster1/stray.yaml': writeYaml(SMUGGLED) };
  if (rendered['index.json'] === undefined || rendered['plan.json'] === undefined) return {};
  if (kind === 'no-plan') return { 'rendered/plan.json': undefined };
  const network = Object.keys(rendered).find((path) => path.includes('virtualnetwork.'));
  if (kind === 'append') return network === undefined ? {} : { [`rendered/${network}`]: `${rendered[network]}# seen\n` };
  if (serial !== undefined) return placed(resealed(rendered, { plan: (plan) => ({ ...plan, serial }) }));
  const after = kind === 'content' ? otherContent(rendered, network) : resealed(rendered, DIGESTED[kind] ?? {});
  return placed(after);
}

function placed(rendered: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(rendered).map(([path, text]) => [`rendered/${path}`, text]));
}

/** A network with another label, and an index and a plan that fit. */
function otherContent(rendered: Record<string, string>, path: string | undefined): Record<string, string> {
  if (path === undefined) return {};
  const object = parse(rendered[path] ?? '') as KubernetesObject;
  object.metadata.labels = { ...object.metadata.labels, forged: 'yes' };
  const text = writeYaml(object);
  const { digest: _, ...index } = JSON.parse(rendered['index.json'] ?? '') as RenderIndex;
  const objects = index.objects.map((entry) => (entry.path === path ? { ...entry, digest: sha256(text) } : entry));
  return resealed({ ...rendered, [path]: text, 'index.json': writeJson(sealedIndex({ ...index, objects })) }, {});
}
