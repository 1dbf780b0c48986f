import type * as z from 'zod';
import { declarationSchema } from './schema.ts';

/** Names of the keys that a mapping of the schema knows, all branches of a union together. */
export function knownKeys(path: readonly PropertyKey[]): string[] {
  let schemas: z.core.$ZodType[] = [declarationSchema];
  for (const segment of path) schemas = schemas.flatMap(flatten).flatMap((schema) => childOf(schema, segment));
  return [...new Set(schemas.flatMap(flatten).flatMap((schema) => Object.keys(shapeOf(schema) ?? {})))];
}

function flatten(schema: z.core.$ZodType): z.core.$ZodType[] {
  const { def } = schema._zod as { def: { type: string; innerType?: z.core.$ZodType; options?: z.core.$ZodType[] } };
  if (def.type === 'optional' && def.innerType) return flatten(def.innerType);
  if (def.type === 'union' && def.options) return def.options.flatMap(flatten);
  return [schema];
}

function shapeOf(schema: z.core.$ZodType): Record<string, z.core.$ZodType> | undefined {
  return (schema._zod.def as { shape?: Record<string, z.core.$ZodType> }).shape;
}

function childOf(schema: z.core.$ZodType, segment: PropertyKey): z.core.$ZodType[] {
  const shape = shapeOf(schema);
  const def = schema._zod.def as { element?: z.core.$ZodType; valueType?: z.core.$ZodType };
  const child = shape ? shape[String(segment)] : (def.element ?? def.valueType);
  return child ? [child] : [];
}
