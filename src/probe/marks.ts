import { SMOKE_FIELD_MANAGER, SMOKE_LABEL } from '../cn2/names.ts';
import { sha256 } from '../declare/digest.ts';
import type { KubernetesObject, ObjectMeta, Resource } from '../model/kubernetes.ts';
import { present } from '../model/present.ts';

/** When an object of a smoke test may be removed by whoever finds it: ISO 8601. */
export const EXPIRES_ANNOTATION = 'cn2-fleet/expires';

/** The expiry of what is kept for the next test. */
const NEVER = 'never';

/** Longest life of a run's objects in seconds; pods are also stopped by then (activeDeadlineSeconds). */
export const LIFETIME_SECONDS = 900;

const core = (kind: string, plural: string, namespaced: boolean): Resource => ({
  group: '',
  version: 'v1',
  kind,
  plural,
  namespaced,
});
export const PODS = core('Pod', 'pods', true);
export const NODES = core('Node', 'nodes', false);
export const NAMESPACES = core('Namespace', 'namespaces', false);
export const SECRETS = core('Secret', 'secrets', true);

/** A run's id as a label value and part of names: lower case, digits and dashes, at most 30 characters. */
export function runLabel(runId: string): string {
  const safe = runId
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 30)
    .replace(/^-+|-+$/g, '');
  return safe === '' ? 'run' : safe;
}

/** The label's value of probes that a fleet's tests leave running for the next one. */
export function keptLabel(fleet: string): string {
  const label = runLabel(fleet);
  // What a label cuts off must not make one of two fleets.
  return `kept-${label === fleet ? label : `${label.slice(0, 21)}-${sha256(fleet).slice(0, 8)}`}`;
}

/** The marks of everything a smoke test makes. Never the fleet label: nothing of it is managed state. */
function smokeMarks(
  run: string,
  now: number | undefined,
): { labels: Record<string, string>; annotations: Record<string, string> } {
  const expires = now === undefined ? NEVER : new Date(now + LIFETIME_SECONDS * 1000).toISOString();
  return { labels: { [SMOKE_LABEL]: run }, annotations: { [EXPIRES_ANNOTATION]: expires } };
}

/** Made by a smoke test: label, expiry and field manager, all three, so that a copied label alone deletes nothing. */
export function isOurs(object: KubernetesObject): boolean {
  const { labels, annotations, managedFields } = object.metadata;
  return (
    labels?.[SMOKE_LABEL] !== undefined &&
    annotations?.[EXPIRES_ANNOTATION] !== undefined &&
    (managedFields ?? []).some((entry) => entry.manager === SMOKE_FIELD_MANAGER)
  );
}

/** Ours and past its expiry. An expiry that cannot be read never passes. */
export function isExpired(object: KubernetesObject, now: number): boolean {
  return isOurs(object) && Date.parse(object.metadata.annotations?.[EXPIRES_ANNOTATION] ?? '') < now;
}

/** Metadata of an object of this run; without `now` it is kept. */
export function smokeMetadata(name: string, namespace: string | undefined, run: string, now: number | undefined): ObjectMeta {
  return { name, ...present({ namespace }), ...smokeMarks(run, now) };
}
