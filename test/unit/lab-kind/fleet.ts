import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import type { Fleet } from '../../../src/model/fleet.ts';

/** The declaration of examples/guide, changed as text where a test needs another one. */
export function guide(change: (text: string) => string = (text) => text): Fleet {
  const path = join(import.meta.dirname, '../../../examples/guide/clusters.yaml');
  const { fleet, findings } = readDeclaration(change(readFileSync(path, 'utf8')), 'clusters.yaml');
  if (!fleet) throw new Error(`the guide's declaration is broken: ${JSON.stringify(findings)}`);
  return fleet;
}
