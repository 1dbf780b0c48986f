import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';

/** The part of a CustomResourceDefinition that says what it serves. */
interface Definition {
  group: string;
  names: { plural: string };
  versions: { name: string; served: boolean }[];
}

/** A version of a group, and a kind's plural in it. */
export interface ServedKind {
  group: string;
  version: string;
  plural: string;
}

/** What definitions serve. */
export function servedKindsOf(definitions: readonly KubernetesObject[]): ServedKind[] {
  return definitions.flatMap((definition) => {
    const { group, names, versions } = definition['spec'] as Definition;
    return versions.filter(({ served }) => served).map(({ name }) => ({ group, version: name, plural: names.plural }));
  });
}

/** Whether an object has a condition that is True. */
export function isTrue(object: KubernetesObject | undefined, condition: string): boolean {
  const status = object?.['status'] as { conditions?: { type: string; status: string }[] } | undefined;
  return status?.conditions?.some(({ type, status: value }) => type === condition && value === 'True') === true;
}

/** Polls until it is true, a refusal being the same as false; throws after a minute. */
export async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 60_000;
  let said = '';
  const refused = (error: Error) => {
    said = `: ${error.message}`;
    return false;
  };
  while (!(await condition().catch(refused))) {
    if (Date.now() > end) throw new Error(`waited 60 s for ${what}${said}`);
    await sleep(100);
  }
}
