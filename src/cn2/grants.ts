import { GRANTS, type Grant } from '../model/grant.ts';
import { isFields } from '../model/json-object.ts';
import { objectsInTexts } from './embedded-objects.ts';
import { accessGrants } from './grants-access.ts';
import { annotationGrants, podGrants, whereOf } from './grants-pods.ts';
import { webhookGrants } from './grants-webhooks.ts';
import { imagesMentioned, registriesMentioned } from './image-mentions.ts';
import { fullReference } from './image-reference.ts';
import { fieldsOf, jsonNodes, plain } from './json-nodes.ts';

/** Objects in texts of objects in texts: nothing real is nested deeper. */
const DEEPEST = 3;

/**
 * What an object grants when it is applied: rights, and to whom; what its pods use of their node; which images they run; where the
 * API server sends requests because of it. Objects that it carries as lists or as text count. The worst first, each once. Takes any
 * JSON and never throws; values of Secrets are not looked at.
 */
export function grantsOf(object: unknown): Grant[] {
  return inOrder(collect(object, '', 0));
}

/**
 * The grants of an object as it will be, those that it does not have yet marked as added; then those that it loses. `before` is the
 * same object as it is.
 */
export function grantChanges(before: unknown, after: unknown): Grant[] {
  const had = grantsOf(before);
  const will = grantsOf(after);
  const [old, now] = [new Set(had.map(keyOf)), new Set(will.map(keyOf))];
  return inOrder([
    ...will.map((grant): Grant => (old.has(keyOf(grant)) ? grant : { ...grant, mark: 'added' })),
    ...had.filter((grant) => !now.has(keyOf(grant))).map((grant): Grant => ({ ...grant, mark: 'removed' })),
  ]);
}

function collect(object: unknown, place: string, depth: number): Grant[] {
  const found: Grant[] = [];
  for (const node of jsonNodes(object)) {
    found.push(...podGrants(node));
    if (isFields(node.value)) found.push(...annotationGrants(node.value));
    if (isFields(node.value) && typeof node.value['kind'] === 'string')
      found.push(...accessGrants(node.value), ...webhookGrants(node.value));
  }
  found.push(...imageGrants(object));
  const placed = place === '' ? found : found.map((grant) => ({ ...grant, detail: `${grant.detail}, in ${place}` }));
  if (depth === DEEPEST) return placed;
  const inner = objectsInTexts(object).flatMap(({ path, object: embedded }) => {
    const title = `${plain(embedded['kind'])} ${plain(fieldsOf(embedded['metadata'])['name'] ?? '')}`;
    return collect(embedded, `${title} of ${plain(path.findLast((key) => typeof key === 'string'))}`, depth + 1);
  });
  return [...placed, ...inner];
}

function imageGrants(object: unknown): Grant[] {
  const images = imagesMentioned(object).map(({ image, node }): Grant => {
    const policy = fieldsOf(node.parent?.value)['imagePullPolicy'];
    const never = node.key === 'image' && policy === 'Never' ? ', never pulled: whatever the node has under this name' : '';
    return { what: 'image', detail: `${plain(fullReference(image))} (${whereOf(node)}${never})` };
  });
  const registries = registriesMentioned(object).map(
    ({ registry }): Grant => ({ what: 'image', detail: `from ${plain(registry)} where an image names no registry` }),
  );
  return [...images, ...registries];
}

function inOrder(grants: readonly Grant[]): Grant[] {
  const seen = new Set<string>();
  return GRANTS.flatMap((what) =>
    grants.filter((grant) => {
      if (grant.what !== what || seen.has(keyOf(grant))) return false;
      seen.add(keyOf(grant));
      return true;
    }),
  );
}

function keyOf({ what, detail }: Grant): string {
  return `${what} ${detail}`;
}
