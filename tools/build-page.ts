/** Writes the shell of HTML pages: node tools/build-page.ts FILE. */
import { writeFile } from 'node:fs/promises';
import { pageShell } from './page-shell.ts';

await writeFile(process.argv[2] ?? 'dist/page.html', (await pageShell()).shell);
