/**
 * The program as one file that runs wherever Node 24 is: node tools/build-single-file.ts FILE. What it reads beside itself elsewhere, the
 * workflows, the shell of pages and the commit, is in it; the lab needs a checkout.
 */
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { workflowTemplates } from '../src/adapters/node/workflow-templates.ts';
import { INPUT } from './bundle-input.ts';
import { pageShell } from './page-shell.ts';
import { START } from './start.ts';

const file = resolve(process.argv[2] ?? '.tmp/release/cn2-fleet.mjs');
const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: dirname(import.meta.dirname), encoding: 'utf8' }).trim();

/** Modules that look beside the program, by the end of their path. */
const INSIDE: Readonly<Record<string, string>> = {
  'src/adapters/node/workflow-templates.ts': `export const workflowTemplates = async () => (${JSON.stringify(await workflowTemplates())});`,
  'src/adapters/node/page-shell.ts': `export const pageShell = async () => ${JSON.stringify((await pageShell()).shell)};`,
  'src/adapters/git/installation.ts': [
    "export const programFolder = () => '';",
    `export const commitOf = async () => ${JSON.stringify(commit)};`,
    'export const installationOf = async () => undefined;',
  ].join('\n'),
};
const inside: Plugin = {
  name: 'inside',
  load: (id) => Object.entries(INSIDE).find(([path]) => id.endsWith(path))?.[1],
};

const bundle = await rolldown({ ...INPUT, plugins: [inside, INPUT.plugins] });
const { output } = await bundle.generate({
  format: 'esm',
  minify: true,
  comments: { legal: true, annotation: false, jsdoc: false },
  codeSplitting: false,
});
if (output.length !== 1) throw new Error(`${output.length} files were made, not one`);
await mkdir(dirname(file), { recursive: true });
await writeFile(file, `${START}${output[0].code}`);
await chmod(file, 0o755);
