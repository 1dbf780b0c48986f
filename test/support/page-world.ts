import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { PageData } from '../../src/page/page-data.ts';
import { pageDocument } from '../../src/page/page-document.ts';
import { browserPlace } from './browser-place.ts';

const ROOT = dirname(dirname(import.meta.dirname));
/** Where what a page looks like is kept, for people. */
export const SCREENSHOTS = join(ROOT, '.tmp/pages');

/** Milliseconds from the navigation to the frame in which everything is laid out and painted. */
export const PAINTED = 'new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))))';

export interface PageWorld extends AsyncDisposable {
  shell: string;
  /** The document of a page as a file of its own. */
  file(name: string, data: PageData): { file: string; bytes: number };
  /** Opens a file, and keeps what it asks for and what it complains of. */
  open(file: string, options?: BrowserContextOptions): Promise<OpenPage>;
}

export interface OpenPage {
  page: Page;
  /** Everything but the document itself. */
  requests: string[];
  /** Errors, and what its content security policy refused. */
  complaints: string[];
}

/** The browser of this host, and the shell of pages as its sources build it; undefined where there is no browser. */
export async function pageWorld(): Promise<PageWorld | undefined> {
  const executablePath = browserPlace();
  if (executablePath === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-pages-'));
  mkdirSync(SCREENSHOTS, { recursive: true });
  const built = join(folder, 'shell.html');
  execFileSync(process.execPath, [join(ROOT, 'tools/build-page.ts'), built], { cwd: ROOT });
  const shell = readFileSync(built, 'utf8');
  // As root, and in a container, there is no sandbox to be had; it opens nothing but files of these tests.
  const browser: Browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  return {
    shell,
    file(name, data) {
      const file = join(folder, `${name}.html`);
      const text = Buffer.from(pageDocument(shell, data));
      writeFileSync(file, text);
      return { file, bytes: text.length };
    },
    async open(file, options) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
      const url = pathToFileURL(file).href;
      const requests: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => request.url() !== url && requests.push(request.url()));
      page.on('pageerror', ({ message }) => complaints.push(message));
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      await page.goto(url);
      return { page, requests, complaints };
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      rmSync(folder, { recursive: true });
    },
  };
}
