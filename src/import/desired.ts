import type { ReleaseFacts } from '../cn2/releases.ts';
import { placeOf } from '../declare/place.ts';
import type { Declaration } from '../model/declaration.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Desired, StageId } from '../model/manifest.ts';
import { attachDrafts, sharedAdapt } from '../render/attach.ts';
import { toDesired } from '../render/desired.ts';
import { extraDrafts } from '../render/extra.ts';
import { type Draft, manifestWriter } from '../render/manifest.ts';
import { namespaceDrafts } from '../render/namespaces.ts';
import { networkDrafts } from '../render/networks.ts';
import { patchedFolder } from '../render/patches.ts';
import { routerDrafts } from '../render/routers.ts';
import type { ChosenFolders } from './vendor.ts';

/**
 * What a declaration would have on the clusters, also while parts of it are still marked as unknown. Without folders of the vendor's
 * manifests only what needs none; Secrets are without content, so they are not compared.
 */
export function desiredOf(
  { source }: Declaration,
  fleet: Fleet,
  { facts, folders, extraFiles }: { facts: ReleaseFacts; folders?: ChosenFolders; extraFiles: Readonly<Record<string, string>> },
): Desired[] {
  const extra = extraDrafts(fleet, extraFiles);
  const of = (stage: StageId) => extra.core.filter((draft) => draft.stage === stage);
  const routers = routerDrafts(fleet, facts);
  const drafts: Draft[] = [
    ...(folders === undefined ? [] : attached(fleet, source, facts, folders)),
    ...namespaceDrafts(fleet),
    ...of('80-networks'),
    ...networkDrafts(fleet, facts, routers.labelled),
    ...of('90-routers'),
    ...routers.drafts,
    ...extra.others,
  ];
  return toDesired(drafts.map(manifestWriter(fleet.metadata.name)), () => undefined);
}

/** What is wrong with the patches of a declaration, with the pointer of each. */
export function patchErrors(
  { source }: Declaration,
  fleet: Fleet,
  { facts, folders }: { facts: ReleaseFacts; folders?: ChosenFolders },
): { cluster: string; position: number; message: string }[] {
  if (folders === undefined) return [];
  return fleet.distributed.flatMap((cluster, index) => {
    const at = `/distributed/${index}`;
    const { folder } = folders.own.get(cluster.name) ?? folders.release;
    const patches = cluster.patches ?? [];
    const { findings } = patchedFolder(folder, cluster, { at, source, release: fleet.release, facts });
    return findings.flatMap(({ severity, file, line = 0, message }) => {
      const starts = patches.map((_, position) => placeOf(source, `${at}/patches/${position}`));
      const position = starts.findLastIndex((start) => start.file === file && start.line <= line);
      return severity === 'error' && position >= 0 ? [{ cluster: cluster.name, position, message }] : [];
    });
  });
}

function attached(fleet: Fleet, source: Declaration['source'], facts: ReleaseFacts, { release, own }: ChosenFolders): Draft[] {
  const adapt = sharedAdapt();
  return fleet.distributed.flatMap((cluster, position) => {
    const at = `/distributed/${position}`;
    const { folder } = own.get(cluster.name) ?? release;
    const patched = patchedFolder(folder, cluster, { at, source, release: fleet.release, facts });
    const pattern = release.folder.kubemanager!;
    return attachDrafts(fleet, cluster, at, { ...patched, pattern, facts }, adapt).drafts;
  });
}
