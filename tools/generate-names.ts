import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { REPOSITORY, VERSION } from '../src/version.ts';
import { writeGenerated } from './write-generated.ts';

// package.json has the name of the Action and its version. What else names them says the same after this: renaming or releasing it
// is a change of that one file.
const ROOT = dirname(import.meta.dirname);
const NAMING = [
  'README.md',
  'workflows/*.yml',
  'docs/*.md',
  'docs/recipes/*',
  'tools/linters/zizmor.yml',
  'src/setup/first-declaration.ts',
];
const USES = /uses: ((?!actions\/)[\w.-]+\/[\w.-]+)@(v\d+\.\d+\.\d+)/;

const [, name = REPOSITORY, version = ''] = USES.exec(readFileSync(join(ROOT, 'workflows/plan.yml'), 'utf8')) ?? [];
for (const path of NAMING.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).sort()) {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const named = text
    .replaceAll(name, REPOSITORY)
    .replace(/(\/releases\/download\/)v[\d.]+\/cn2-fleet-[\d.]+\.tgz/g, `$1v${VERSION}/cn2-fleet-${VERSION}.tgz`);
  writeGenerated(path, named.replaceAll(`${REPOSITORY}@${version}`, `${REPOSITORY}@v${VERSION}`));
}
