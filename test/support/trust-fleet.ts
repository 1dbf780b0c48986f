import { readDeclaration } from '../../src/declare/declaration.ts';
import { canonicalJson } from '../../src/declare/digest.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import type { RenderedTree } from '../../src/model/manifest.ts';
import { toDesired } from '../../src/render/desired.ts';
import { render } from '../../src/render/render.ts';
import { GUIDE, replaced } from './guide-fleet.ts';
import { below, type Tree } from './memory-trees.ts';
import { smallRelease } from './small-release.ts';

/** What people change of the declaration in the histories. */
export interface Declared {
  /** Of the first network. */
  label: number;
  connection: boolean;
  /** A third network. */
  extra: boolean;
  /** An object of one's own, the only one of its kind. */
  own: boolean;
  /** Lines of comment in a file of the vendor: they change the files that are rendered from, and nothing on a cluster. */
  vendor: number;
  /** Text that cannot be read as a declaration. */
  broken: boolean;
  /** The central cluster and nothing else. */
  alone: boolean;
}

export const PLAIN: Declared = { label: 1, connection: true, extra: false, own: false, vendor: 0, broken: false, alone: false };

const FOLDER = 'cn2/22.2';
/** The file with objects of one's own, where a test declares one. */
export const OWN_FILE = 'own.yaml';
const OWN = `extra: [{cluster: cluster1, path: ${OWN_FILE}}]\n`;
const OWN_OBJECT = 'apiVersion: v1\nkind: Service\nmetadata: {name: own, namespace: ns1}\n';
const COMMENTED = `${FOLDER}/central_cluster_deployer_example.yaml`;
const EXTRA = `  - {cluster: cluster1, namespace: ns1, name: vn3, labels: {vn: vn3}, v4: {cidr: 30.0.0.0/24, gateway: 30.0.0.1, subnet: subnet3}}\n`;

/** The guide without its second cluster, both networks on the first. */
const ALONE = replaced(GUIDE, /^distributed:\n(?: .*\n)+/m, '')
  .replace(/^ {2}- \{cluster: cluster2, name: ns1.*\n/m, '')
  .replaceAll('cluster2', 'cluster1');

/** The files that people write for it. */
export function declaredFiles({ label, connection, extra, own, vendor, broken, alone }: Declared): Tree {
  let text = replaced(alone ? ALONE : GUIDE, 'labels: {vn: vn1}', `labels: {vn: vn1, round: r${label}}`);
  if (!connection) text = replaced(text, /^connections:\n(?: .*\n)+/m, '');
  if (extra) text = replaced(text, /(?<=^networks:\n)/m, EXTRA);
  if (own) text += OWN;
  const release = smallRelease('22.2.0.93', FOLDER);
  const comment = '# read\n'.repeat(vendor);
  return {
    ...release,
    [COMMENTED]: `${comment}${release[COMMENTED]}`,
    [OWN_FILE]: OWN_OBJECT,
    'clusters.yaml': broken ? `${text}metadata: [\n` : text,
  };
}

export type Toggle = Exclude<keyof Declared, 'alone'>;

/** What the files of a commit say now, with one of it turned over. */
export function toggled(files: Tree, what: Toggle): Tree {
  const text = files['clusters.yaml'] ?? '';
  const now: Declared = {
    label: text.includes('round: r2') ? 2 : 1,
    connection: text.includes('connections:'),
    extra: text.includes('name: vn3'),
    own: text.includes(OWN),
    vendor: files[COMMENTED]?.startsWith('# read') === true ? 1 : 0,
    broken: false,
    alone: !text.includes('distributed:'),
  };
  const other = {
    ...now,
    label: 3 - now.label,
    connection: !now.connection,
    extra: !now.extra,
    own: !now.own,
    vendor: 1 - now.vendor,
    broken: true,
  };
  return declaredFiles({ ...now, [what]: other[what] });
}

/** What a commit's declaration means, found without any command of the tool. */
export interface Meaning {
  tree: RenderedTree;
  /** cluster/kind/namespace/name → the object as it is to be, secret values aside. */
  objects: Map<string, KubernetesObject>;
}

const meanings = new Map<string, Meaning | undefined>();
const ofCommits = new WeakMap<Tree, { meaning: Meaning | undefined; asRendered: boolean }>();

function ofCommit(files: Tree): { meaning: Meaning | undefined; asRendered: boolean } {
  const known = ofCommits.get(files);
  if (known !== undefined) return known;
  const meaning = rendered(files);
  const { 'plan.json': _, ...committed } = below(files, 'rendered');
  const made = { meaning, asRendered: canonicalJson(committed) === canonicalJson(meaning?.tree.files ?? {}) };
  ofCommits.set(files, made);
  return made;
}

/** Undefined where it does not render. Equal inputs are rendered once. */
export function meaningOf(files: Tree): Meaning | undefined {
  return ofCommit(files).meaning;
}

function rendered(files: Tree): Meaning | undefined {
  const filesOf = (isOne: (path: string) => boolean) => Object.fromEntries(Object.entries(files).filter(([path]) => isOne(path)));
  const vendorFiles = filesOf((path) => path.startsWith(`${FOLDER}/`));
  const text = files['clusters.yaml'] ?? '';
  // What no declaration names is not read.
  const extraFiles = filesOf((path) => path === OWN_FILE && text.includes(`path: ${OWN_FILE}`));
  const key = canonicalJson([text, vendorFiles, extraFiles]);
  if (!meanings.has(key)) meanings.set(key, made(text, vendorFiles, extraFiles));
  return meanings.get(key);
}

function made(text: string, vendorFiles: Record<string, string>, extraFiles: Record<string, string>): Meaning | undefined {
  const declaration = readDeclaration(text, 'clusters.yaml');
  if (declaration.fleet === undefined || declaration.findings.some(({ severity }) => severity === 'error')) return undefined;
  const { tree } = render({ declaration, vendorFiles, extraFiles });
  if (tree === undefined) return undefined;
  const desired = toDesired(tree.manifests, () => '{}');
  return { tree, objects: new Map(desired.map(({ manifest, object }) => [placeOf(manifest.cluster, object), object])) };
}

export function placeOf(cluster: string, { kind, metadata }: Pick<KubernetesObject, 'kind' | 'metadata'>): string {
  return `${cluster}/${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

/** Whether a commit has below rendered/ exactly what its declaration renders to, plan.json aside. */
export function isAsRendered(files: Tree): boolean {
  return ofCommit(files).asRendered;
}

/** The content of a variable that the declaration names. */
export function credential(variable: string): string {
  if (variable === 'CN2_PULL_SECRET') return JSON.stringify({ auths: { 'hub.juniper.net': { auth: btoa('lab:canary') } } });
  return [
    'apiVersion: v1',
    'kind: Config',
    'current-context: here',
    'clusters: [{name: here, cluster: {server: "https://192.0.2.1:6443"}}]',
    `users: [{name: me, user: {token: canary-${variable.toLowerCase()}}}]`,
    'contexts: [{name: here, context: {cluster: here, user: me}}]',
  ].join('\n');
}
