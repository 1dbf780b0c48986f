import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';

const ROOT = resolve(import.meta.dirname, '../../../shared/cn2');

/** Whether the vendor's files and the guide's outputs lie beside the checkout. Tests that need them skip visibly without. */
export const HAS_SHARED_CN2 = existsSync(ROOT);

/** A file of that folder. */
export function sharedText(path: string): string {
  return readFileSync(resolve(ROOT, path), 'utf8');
}

/** The files of one of its folders, sorted. */
export function sharedNames(folder: string): string[] {
  return readdirSync(resolve(ROOT, folder)).sort();
}

/** The objects of a YAML file of that folder. */
export function sharedObjects(path: string): KubernetesObject[] {
  return parseAllDocuments(sharedText(path)).flatMap(
    (document) => (document as { toJS(): KubernetesObject | null }).toJS() ?? [],
  );
}

/** The vendor's manifests of a release as a declaration's folder; blanked-out keys are replaced by some base64. */
export function vendorRelease(release: string): Record<string, string> {
  const folder = resolve(ROOT, 'manifests', release);
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [
        `cn2/${release}/${name}`,
        readFileSync(resolve(folder, name), 'utf8').replaceAll('<redacted>', Buffer.from(`key of ${name}`).toString('base64')),
      ]),
  );
}
