import { gunzipSync, gzipSync } from 'node:zlib';
import { isDeeper } from '../model/json-object.ts';
import { keptMatrixSchema } from '../model/kept-matrix.schema.ts';
import type { KeptMatrix } from '../model/kept-matrix.ts';

/** Bytes that a packed matrix may have: a ConfigMap holds 1 MiB, its name and what else is in it included. */
const LARGEST = 900_000;
/** Bytes that are unpacked: what we have written is far smaller, and others may write there. */
const LARGEST_UNPACKED = 64 * 1024 * 1024;
/** Levels of a matrix, and some more. */
const DEEPEST = 16;

/**
 * A matrix as JSON, gzipped, base64; without the round trips of earlier runs where it is too large with them. Undefined: it is too large
 * to be kept.
 */
export function packedMatrix(matrix: KeptMatrix): string | undefined {
  const { paths } = matrix;
  return small(matrix) ?? small({ ...matrix, paths: paths.map(({ roundTrips: _, ...path }) => path) });
}

function small(matrix: KeptMatrix): string | undefined {
  const bytes = gzipSync(JSON.stringify(matrix, rounded), { level: 9 });
  return bytes.length > LARGEST ? undefined : bytes.toString('base64');
}

/** Whole microseconds are what ping measures; further digits, of a mean, take most of the room. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
}

/** The matrix of such a text; undefined: it is none. */
export function unpackedMatrix(text: string): KeptMatrix | undefined {
  try {
    const json = gunzipSync(Buffer.from(text, 'base64'), { maxOutputLength: LARGEST_UNPACKED }).toString('utf8');
    const value: unknown = JSON.parse(json);
    if (isDeeper(value, DEEPEST)) return undefined;
    const { success, data } = keptMatrixSchema.safeParse(value);
    return success ? data : undefined;
  } catch {
    return undefined;
  }
}
