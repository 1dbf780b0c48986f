import { CONTENT_ANNOTATION, FIELD_MANAGER, FLEET_LABEL, MANAGED_BY_LABEL } from '../cn2/names.ts';
import { STAGE_TABLE } from '../cn2/stages.ts';
import type { Fleet } from '../model/fleet.ts';
import type { IndexEntry, Manifest, RenderIndex } from '../model/manifest.ts';
import { parseContent } from './secrets.ts';

/** The first path that an index lists a second time, also where only the case of letters differs; undefined for none. */
export function listedTwice(objects: readonly Pick<IndexEntry, 'path'>[]): string | undefined {
  const seen = new Set<string>();
  return objects.find(({ path }) => {
    const key = path.toLowerCase();
    return seen.has(key) || !seen.add(key);
  })?.path;
}

/** Why a manifest cannot be one of this fleet's, whatever its digests say; undefined where it can. */
export function strangeness(manifest: Manifest, fleet: Fleet, index: Pick<RenderIndex, 'sources'>): string | undefined {
  const { object, cluster, stage } = manifest;
  const labels: Record<string, unknown> = object.metadata.labels ?? {};
  if (labels[MANAGED_BY_LABEL] !== FIELD_MANAGER || labels[FLEET_LABEL] !== fleet.metadata.name)
    return "it lacks the fleet's labels";
  const distributed = new Set(fleet.distributed.map(({ name }) => name));
  const foreign = [cluster, manifest.for].find((name) => name !== fleet.central.name && !distributed.has(name));
  if (foreign !== undefined) return `the fleet has no cluster ${foreign}`;
  const side = STAGE_TABLE.find(({ id }) => id === stage)?.side;
  if (side !== 'both' && (side === 'central') !== (cluster === fleet.central.name))
    return `stage ${stage} has nothing on cluster ${cluster}`;
  return object.kind === 'Secret' && object.apiVersion === 'v1' ? strangeSecret(manifest, fleet, index) : undefined;
}

/** A rendered secret names where its content comes from, and has none. */
function strangeSecret({ object }: Manifest, fleet: Fleet, { sources }: Pick<RenderIndex, 'sources'>): string | undefined {
  const text: unknown = object.metadata.annotations?.[CONTENT_ANNOTATION];
  const content = typeof text === 'string' ? parseContent(text) : undefined;
  if (content === undefined) return `annotation ${CONTENT_ANNOTATION} does not say where the secret's content comes from`;
  if (object['data'] !== undefined || object['stringData'] !== undefined) return 'it has content of its own';
  if (content.type === 'manifest' && !sources.some(({ file }) => file === content.file))
    return `its content would come from ${content.file}, from which nothing was rendered`;
  const clusters = [fleet.central.name, ...fleet.distributed.map(({ name }) => name)];
  if (content.type === 'handover' && !clusters.includes(content.cluster))
    return `its content would come from cluster ${content.cluster}, which is not in the fleet`;
  return undefined;
}
