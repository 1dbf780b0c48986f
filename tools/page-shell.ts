/** The shell of HTML pages: one document with the script and the style sheet of src/page/browser in it, and a place for the data. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';

const root = dirname(import.meta.dirname);
const folder = join(root, 'src/page/browser');

/** Style sheets in the order in which they count: print is the last word. */
const STYLES = ['colours', 'page', 'parts', 'controls', 'matrix', 'evidence', 'drawing', 'changes', 'print'];

/** The document, and the modules that its script is made of. The same bytes for the same sources and lock file. */
export async function pageShell(): Promise<{ shell: string; modules: string[] }> {
  const { script, modules } = await pageScript();
  const style = await pageStyle();
  const shell = await readFile(join(folder, 'page.html'), 'utf8');
  const parts: Readonly<Record<string, string>> = {
    'hash-of-script': hashOf(script),
    'hash-of-style': hashOf(style),
    '/* script */': script,
    '/* style */': style,
  };
  const place = /hash-of-(?:script|style)|\/\* (?:script|style) \*\//g;
  return { shell: shell.replace(place, (name) => parts[name]!), modules };
}

async function pageScript(): Promise<{ script: string; modules: string[] }> {
  const bundle = await rolldown({
    input: join(folder, 'main.ts'),
    cwd: root,
    platform: 'browser',
    transform: { target: 'es2022' },
    // Rooms of functions: what a page does not use of them is left out.
    treeshake: { moduleSideEffects: [{ test: /\/src\/(?!page\/browser\/main\.ts)/, sideEffects: false }] },
  });
  const { output } = await bundle.generate({
    format: 'iife',
    minify: true,
    comments: { legal: true, annotation: false, jsdoc: false },
  });
  await bundle.close();
  const [chunk] = output;
  const script = chunk.code.trim();
  if (output.length !== 1 || /<\/script|<!--/i.test(script)) throw new Error('the script of the page would end its element');
  return { script, modules: chunk.moduleIds };
}

/** Without comments and indentation: there is nothing in it that these would be part of. */
async function pageStyle(): Promise<string> {
  const texts = await Promise.all(STYLES.map((name) => readFile(join(folder, `style/${name}.css`), 'utf8')));
  const plain = texts.join('\n').replace(/\/\*[\s\S]*?\*\//g, '');
  return plain.replace(/\s*\n\s*/g, '\n').trim();
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
