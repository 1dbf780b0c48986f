import { fillFleet } from '../declare/fill.ts';
import { declarationSchema } from '../declare/schema.ts';
import type { Fleet } from '../model/fleet.ts';
import { isCanonicalJson } from './canonical.ts';

/** Reads fleet.json, by the schema of the declaration that it holds; undefined when it is not a fleet or not as it was written. */
export function parseFleet(text: string): Fleet | undefined {
  if (!isCanonicalJson(text)) return undefined;
  const value: unknown = JSON.parse(text);
  return declarationSchema.safeParse(value).success ? fillFleet(value) : undefined;
}
