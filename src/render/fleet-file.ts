import { fillFleet } from '../declare/fill.ts';
import { declarationSchema } from '../declare/schema.ts';
import type { Fleet } from '../model/fleet.ts';
import { isCanonicalJson } from './canonical.ts';
import { writeJson } from './yaml-writer.ts';

/** Reads fleet.json, by the schema of the declaration that it holds; undefined when it is not a fleet or not as it was written. */
export function parseFleet(text: string): Fleet | undefined {
  if (!isCanonicalJson(text)) return undefined;
  const value: unknown = JSON.parse(text);
  return declarationSchema.safeParse(value).success ? fillFleet(value) : undefined;
}

/** The text of fleet.json: the fleet as a declaration says it, in the one form that reads back as the same fleet. */
export function writeFleet({ distributed, ...fleet }: Fleet): string {
  return writeJson({
    ...fleet,
    distributed: distributed.map(({ kubemanager: name, kubemanagerSpec: spec, ...cluster }) => ({
      ...cluster,
      kubemanager: spec === undefined ? name : { name, spec },
    })),
  });
}
