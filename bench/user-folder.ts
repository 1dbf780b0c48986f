import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withoutSmoke } from '../test/support/guide-fleet.ts';

const GUIDE = join(import.meta.dirname, '../examples/guide');

/** A user's repository: the guide's vendor files and a declaration; it is gone when the bench has ended. */
export interface UserFolder extends Disposable {
  path: string;
  declare(text: string): void;
}

/** The guide's declaration without the smoke test: what is measured has no pods to ping from. */
export function guideDeclaration(): string {
  return withoutSmoke(readFileSync(join(GUIDE, 'clusters.yaml'), 'utf8'));
}

/** The guide's vendor files, path relative to a declaration → text. */
export function guideFiles(): Record<string, string> {
  const folder = 'cn2/22.2';
  const names = readdirSync(join(GUIDE, folder));
  return Object.fromEntries(names.map((name) => [`${folder}/${name}`, readFileSync(join(GUIDE, folder, name), 'utf8')]));
}

/** A folder with the guide's release and this declaration. */
export function userFolder(declaration: string): UserFolder {
  const path = mkdtempSync(join(tmpdir(), 'cn2-fleet-bench-'));
  cpSync(join(GUIDE, 'cn2'), join(path, 'cn2'), { recursive: true });
  const declare = (text: string) => writeFileSync(join(path, 'clusters.yaml'), text);
  declare(declaration);
  return { path, declare, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
