import { ownVendorFiles } from '../checkout/work-tree.ts';
import { fillFleet } from '../declare/fill.ts';
import { rootsOf } from '../declare/roots.ts';
import { choicesOf, type Known, PULL_SECRET_VARIABLE } from '../import/choices.ts';
import { type Existing, mergeInto } from '../import/merge.ts';
import { importDocument, nothingImported } from '../import/outcome.ts';
import { findRelease } from '../import/release.ts';
import { type Settled, settle } from '../import/settle.ts';
import { type NamedCluster, together } from '../import/together.ts';
import { type ChosenFolders, chooseFolders } from '../import/vendor.ts';
import type { View } from '../import/view.ts';
import type { Finding } from '../model/finding.ts';
import type { CredentialRef, Fleet } from '../model/fleet.ts';
import type { ImportDocument } from '../model/import.ts';
import type { Outcome } from '../model/outcome.ts';
import { present } from '../model/present.ts';
import { scopeOf } from '../model/scope.ts';
import { UserError } from '../model/user-error.ts';
import { isSecret } from '../plan/secret-merge.ts';
import type { Files } from '../ports/files.ts';
import { parsedFile } from '../render/parsed-file.ts';
import { redact } from '../report/redact.ts';
import { hasErrors } from '../rules/conditions.ts';
import { inventoryFindings, takeInventory } from '../survey/inventory.ts';
import { openClusters, type Session } from '../survey/session.ts';
import type { Options, Ports } from './context.ts';

/** A cluster to import, as the command line names it. */
export interface ImportedCluster {
  name: string;
  kubeconfig: CredentialRef;
  /** Of the declaration that is merged into: it may not be attached yet. */
  declared?: true;
}

export interface ImportOptions extends Omit<Options, 'only' | 'rendered'> {
  central: ImportedCluster;
  distributed: readonly ImportedCluster[];
  /** Name of the fleet. */
  name?: string;
  /** Folders of the vendor's manifests to compare with, relative to the declaration's folder. */
  manifests: readonly string[];
  /** What is found is added to the declaration that is there. */
  merge?: Existing;
}

/**
 * `import`: reads running clusters and writes a declaration of what is there, with files for what no key says. Everything or nothing is
 * written, no file that is there is touched but the declaration that is merged into, and nothing is sent to a cluster that it could store.
 * Throws UserError where a file is there.
 */
export async function importCommand(ports: Ports, options: ImportOptions): Promise<Outcome<ImportDocument>> {
  const roots = rootsOf(options);
  if (options.merge === undefined) await refusePresent(ports.files, [options.file], roots.forUser);
  const vendor = await vendorFilesOf(ports.files, options.manifests);
  const clusters = credentialsOf(options);
  await using session = await openClusters(ports, clusters, scopeOf(clusters, []));
  const named = await namedClusters(session, options, vendor.files);
  const ended = (findings: readonly Finding[], condition: 'usage' | 'unknown-cluster') =>
    nothingImported(options.shownFile, named, redact(roots.findingsForUser(findings), ports.secrets), condition);
  const unread = [...session.findings, ...named.flatMap(({ cluster }) => inventoryFindings(cluster))];
  if (hasErrors(unread)) return ended(withoutRepeated(unread), 'unknown-cluster');
  const seen = vendor.findings.length > 0 ? { stopped: vendor.findings } : seenFleet(vendor.files, named, options);
  if ('stopped' in seen) return ended([...unread, ...seen.stopped], 'usage');

  const { view, known, findings } = seen;
  const kubeconfigs = await textsOf(ports, options);
  const choices = choicesOf(view, { ...known, kubeconfigs });
  const how = { version: options.version, file: options.shownFile, ...present({ folders: known.folders }) };
  const {
    settled,
    changed,
    findings: refused,
  } = options.merge === undefined
    ? { settled: settle(view, choices, how), changed: true, findings: [] }
    : mergeInto(view, choices, how, options.merge);
  if (hasErrors(refused)) return ended([...unread, ...findings, ...refused], 'usage');
  const write = changed ? { [options.file]: settled.text, ...settled.extraFiles } : {};
  await refusePresent(ports.files, Object.keys(settled.extraFiles), roots.forUser);
  await refuseUsed(ports.files, settled, roots.forUser, options.merge?.extraFiles);
  if (changed) await ports.files.change(write, []);
  const written = Object.keys(write).map(roots.forUser);
  const merged = options.merge?.extraFiles ?? {};
  const document = importDocument({
    view,
    known,
    settled,
    vendorFiles: vendor.files,
    merged,
    written,
    shownFile: options.shownFile,
  });
  const found = [...unread, ...findings, ...refused, ...roots.findingsForUser(document.findings)];
  return { document: { ...document, findings: redact(found, ports.secrets) }, conditions: [] };
}

/** The clusters as what opens connections knows them. */
function credentialsOf({ central, distributed, name = 'fleet' }: ImportOptions): Fleet {
  const release = { version: '', manifests: '', pullSecret: { env: PULL_SECRET_VARIABLE } };
  return fillFleet({ metadata: { name }, release, central, distributed });
}

/** Every cluster as it was read. Without a connection its credential has a finding already. */
async function namedClusters(
  session: Session,
  { central, distributed, manifests }: ImportOptions,
  vendorFiles: Record<string, string>,
): Promise<NamedCluster[]> {
  const compared = { vendor: manifests.length > 0, secrets: secretsOf(vendorFiles) };
  const all = [
    { ...central, role: 'central' as const },
    ...distributed.map((each) => ({ ...each, role: 'distributed' as const })),
  ];
  const read = all.map(async ({ role, ...cluster }) => {
    const connection = session.clusters.get(cluster.name);
    if (connection === undefined) return [];
    return [{ ...cluster, cluster: await takeInventory(role, connection, compared) }];
  });
  return (await Promise.all(read)).flat();
}

/** A cluster that could not be reached has a finding of its credential, or one of its own, but not both. */
function withoutRepeated(findings: readonly Finding[]): Finding[] {
  return findings.filter((finding, at) => findings.findIndex(({ message }) => message === finding.message) === at);
}

type SeenFleet = { stopped: Finding[] } | { view: View; known: Omit<Known, 'kubeconfigs'>; findings: Finding[] };

/** Which fleet it is, what it runs, and which of the vendor's folders that comes from. */
function seenFleet(
  vendorFiles: Record<string, string>,
  [central, ...distributed]: readonly NamedCluster[],
  options: ImportOptions,
): SeenFleet {
  const fleet = together(central!, distributed);
  if (fleet.view === undefined) return { stopped: fleet.findings };
  const { release, findings } = findRelease([central!, ...distributed].map(({ cluster }) => cluster));
  if (release === undefined) return { stopped: [...fleet.findings, ...findings] };
  const view: View = { ...fleet.view, facts: release.facts };
  let folders: ChosenFolders | undefined;
  if (options.manifests.length > 0) {
    const { version, images, facts } = release;
    const clusters = distributed.map(({ cluster }) => cluster);
    const found = chooseFolders({ names: options.manifests, release: { version, images }, facts, vendorFiles, clusters });
    if (found.chosen === undefined) return { stopped: found.findings };
    folders = found.chosen;
  }
  return { view, known: { release, ...present({ name: options.name, folders }) }, findings: fleet.findings };
}

/** The vendor's files of these folders, path relative to the declaration → text. */
function vendorFilesOf(files: Files, [first = '', ...others]: readonly string[]) {
  const named = fillFleet({ release: { manifests: first }, distributed: others.map((manifests) => ({ manifests })) });
  return ownVendorFiles(files, named, (at) => ({ file: at, line: 1, column: 1 }));
}

/** The Secrets that are in the vendor's files. */
function secretsOf(vendorFiles: Record<string, string>): { namespace: string; name: string }[] {
  const objects = Object.keys(vendorFiles).flatMap((file) => parsedFile(vendorFiles, file).documents.map(({ object }) => object));
  return objects.filter(isSecret).map(({ metadata: { namespace = '', name } }) => ({ namespace, name }));
}

/** The kubeconfigs as they were given; they stay in memory. */
async function textsOf(ports: Ports, { central, distributed }: ImportOptions) {
  const texts = new Map<string, { text: string; context?: string }>();
  for (const { name, kubeconfig } of [central, ...distributed]) {
    const value = await ports.credentials.resolve(kubeconfig);
    if (value.status === 'ok') texts.set(name, { text: value.value, ...present({ context: kubeconfig.context }) });
  }
  return texts;
}

async function refusePresent(files: Files, paths: readonly string[], forUser: (path: string) => string): Promise<void> {
  for (const path of paths) {
    if ((await files.read(path)) === undefined) continue;
    throw new UserError(
      `${forUser(path)} exists already: import overwrites nothing`,
      'name another file with -f, or move it away first',
    );
  }
}

/** What is in a folder of extra already would be applied to the cluster as well. */
async function refuseUsed(
  files: Files,
  { draft }: Settled,
  forUser: (path: string) => string,
  declared: Record<string, string> = {},
): Promise<void> {
  for (const cluster of draft.extra.keys()) {
    const folder = `extra/${cluster}`;
    const first = (await files.list(folder)).find((path) => !Object.hasOwn(declared, path));
    if (first === undefined) continue;
    throw new UserError(
      `${forUser(folder)} holds files already (${forUser(first)}): they would be applied together with what is imported`,
      'move them away first, or import into another folder with -f',
    );
  }
}
