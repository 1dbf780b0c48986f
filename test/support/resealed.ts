import { sha256 } from '../../src/declare/digest.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import type { Manifest, StageId } from '../../src/model/manifest.ts';
import type { ApprovedPlan } from '../../src/model/plan.ts';
import { planDigest } from '../../src/plan/digest.ts';
import { indexEntry, sealedIndex } from '../../src/render/tree.ts';
import { writeJson, writeYaml } from '../../src/render/yaml-writer.ts';
import { documentJson } from '../../src/report/json/document.ts';

/** An object that nothing declares. */
export interface Smuggled {
  cluster: string;
  stage: StageId;
  object: KubernetesObject;
}

/** What somebody may change in rendered/ who knows how its digests are made. */
export interface Forgery {
  add?: Smuggled[];
  /** Of fleet.json. */
  fleet?: (text: string) => string;
  plan?: (plan: ApprovedPlan) => ApprovedPlan;
}

/** Files below rendered/, changed by somebody who makes index and plan fit: every digest is right. Path below it → text. */
export function resealed(files: Readonly<Record<string, string>>, { add = [], fleet, plan }: Forgery): Record<string, string> {
  const index = JSON.parse(files['index.json'] ?? '');
  const result: Record<string, string> = { ...files };
  const added = add.map(({ cluster, stage, object }): Manifest => {
    const { name, namespace } = object.metadata;
    const path = `${cluster}/${stage}/${object.kind.toLowerCase()}.${namespace ?? '_'}.${name}.yaml`;
    const text = writeYaml(object);
    result[path] = text;
    return { path, cluster, stage, for: cluster, declaredAt: '/distributed/0', object, text, digest: sha256(text) };
  });
  if (fleet !== undefined) result['fleet.json'] = fleet(files['fleet.json'] ?? '');
  const { digest: _, ...rest } = index;
  const objects = [...index.objects, ...added.map(indexEntry)];
  const indexText = writeJson(sealedIndex({ ...rest, objects, fleetDigest: sha256(result['fleet.json'] ?? '') }));
  result['index.json'] = indexText;
  const approved = JSON.parse(files['plan.json'] ?? '') as ApprovedPlan;
  const clusters = approved.clusters.map((cluster) => ({
    ...cluster,
    changes: [...cluster.changes, ...added.filter((each) => each.cluster === cluster.name).map(createOf)],
  }));
  const forged = { ...approved, index: sha256(indexText), clusters };
  const final = plan?.(forged) ?? forged;
  result['plan.json'] = documentJson({ ...final, digest: planDigest(final) });
  return result;
}

function createOf({ object, stage, for: owner }: Manifest): ApprovedPlan['clusters'][number]['changes'][number] {
  const { apiVersion, kind, metadata } = object;
  const { name, namespace } = metadata;
  const place = { kind, name, ...(namespace === undefined ? {} : { namespace }) };
  return { action: 'create', apiVersion, ...place, for: owner, stage, predicted: false, fields: [] };
}
