import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { driftPage } from '../../src/page/drift-page.ts';
import type { PageData } from '../../src/page/page-data.ts';
import { planPage } from '../../src/page/plan-page.ts';
import { smokePage } from '../../src/page/smoke-page.ts';
import { wideFleet, widePlan, wideSmoke } from '../support/page-documents.ts';
import { type OpenPage, PAINTED, type PageWorld, pageWorld, SCREENSHOTS } from '../support/page-world.ts';
import { DRIFT, FINDINGS, SMOKE } from '../support/report-documents.ts';

const FLEET = wideFleet(3, 3);
const PAGES: Record<string, PageData> = {
  smoke: smokePage(wideSmoke(FLEET), FLEET, '0.1.0'),
  plan: planPage({ plan: widePlan(), findings: FINDINGS, fleet: FLEET }, '0.1.0'),
  drift: driftPage({ ...DRIFT, findings: FINDINGS }, FLEET, '0.1.0'),
};

const world = await pageWorld();
/** Where there is no browser nothing can be said. */
const inBrowser = world === undefined ? test.skip : test;
const there = () => world as PageWorld;

afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

const focused = (page: Page) => page.locator('*:focus').getAttribute('aria-label');
const cells = (page: Page) => page.locator('td.path').count();
const choose = (page: Page, name: string, value: string) => page.selectOption(`.filters select[name="${name}"]`, value);

/** What axe-core has against a page. */
async function faults(page: Page): Promise<string[]> {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  // By the debugger: the policy of the page lets no other script in.
  await page.evaluate(axe);
  const { violations } = (await page.evaluate('axe.run({ resultTypes: ["violations"] })')) as {
    violations: { id: string; nodes: { html: string }[] }[];
  };
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

describe('a page in a browser', () => {
  inBrowser.each(Object.keys(PAGES))('%s asks for nothing, complains of nothing, and is kept as a picture', async (name) => {
    const { file } = there().file(name, PAGES[name]!);
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, requests, complaints } = await there().open(file, { colorScheme });
      expect([requests, complaints]).toEqual([[], []]);
      expect(await page.textContent('h1')).toBe(PAGES[name]!.title);
      // Colours are in both; the rest of it is the same.
      if (name === 'smoke' || colorScheme === 'light') expect(await faults(page)).toEqual([]);
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-${colorScheme}.png`), fullPage: true });
      await page.close();
    }
  });

  inBrowser('a script or an address that a name smuggles in is text', async () => {
    const name = '</script><img src="http://192.0.2.1/x"><script>document.title="pwned"</script>';
    const smoke = { ...SMOKE, fleet: name, leftovers: [`<style>@import "http://192.0.2.1/"</style>\u202e`] };
    const { page, requests, complaints } = await there().open(there().file('hostile', smokePage(smoke, undefined, '0.1.0')).file);
    expect([requests, complaints]).toEqual([[], []]);
    expect(await page.textContent('h1')).toBe(`Smoke test of ${name}`);
    expect(await page.title()).toMatch(/^Smoke test of/);
    expect(await page.textContent('.note')).toContain('\\u202e');
    await page.close();
  });

  inBrowser('a script that is added does not run, and nothing can be fetched', async () => {
    const { file } = there().file('changed', PAGES['smoke']!);
    const { page, complaints } = await there().open(file);
    await page.evaluate(`(async () => {
      const add = (name, members) => document.body.append(Object.assign(document.createElement(name), members));
      add('script', { textContent: 'document.title = "pwned"' });
      add('img', { src: 'http://192.0.2.1/x.png' });
      await fetch('http://192.0.2.1/').catch(() => {});
    })()`);
    expect(await page.title()).not.toBe('pwned');
    expect(complaints.join('\n')).toMatch(/script-src[\s\S]*connect-src|connect-src[\s\S]*script-src/);
    await page.close();
  });
});

describe('the page of a smoke test', () => {
  let opened: OpenPage;
  beforeAll(async () => {
    if (world !== undefined) opened = await world.open(world.file('keys', PAGES['smoke']!).file);
  });

  inBrowser('tells verdicts by signs, in a grid with names', async () => {
    const { page } = opened;
    const grid = page.getByRole('grid', { name: 'Virtual networks, IPv4' });
    expect(await grid.getByRole('gridcell', { name: 'cluster1 ns2/vn1 to cluster2 ns2/vn1, unreachable' }).textContent()).toMatch(
      /^✕ 100 % loss$/,
    );
    expect(await grid.getByRole('gridcell', { name: /unexpectedly reachable/ }).textContent()).toMatch(/^‼/);
    expect(await grid.getByRole('columnheader', { name: 'cluster3' }).count()).toBe(1);
    expect(await grid.getByRole('rowheader', { name: 'ns2/vn1' }).count()).toBe(3);
  });

  inBrowser('by keyboard: one tab stop, arrows, Enter opens the evidence, Escape gives the focus back', async () => {
    const { page } = opened;
    const grid = page.getByRole('grid', { name: 'Virtual networks, IPv4' });
    expect(await grid.locator('td[tabindex="0"]').count()).toBe(1);
    await grid.locator('td[tabindex="0"]').focus();
    await page.keyboard.press('Control+Home');
    expect(await focused(page)).toBe('itself');
    for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowRight');
    expect(await focused(page)).toMatch(/^cluster1 ns2\/vn1 to cluster2 ns2\/vn1, unreachable/);
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'cluster1 ns2/vn1 → cluster2 ns2/vn1' });
    const text = await dialog.textContent();
    for (const part of [
      'unreachable (newly broken)',
      '0 of 5 answered, 100 % lost',
      'requests: they never came to the target',
      'VirtualNetwork ns2/vn1 has the label vn=other',
      'kubectl get virtualnetwork vn1 -n ns2 --show-labels',
      'newly broken since 2026-11-25T08:00:00Z, was ok with',
      'the log of the probe',
    ])
      expect(text).toContain(part);
    await page.screenshot({ path: join(SCREENSHOTS, 'evidence-light.png') });
    await page.keyboard.press('Escape');
    expect(await dialog.count()).toBe(0);
    expect(await focused(page)).toMatch(/^cluster1 ns2\/vn1 to cluster2 ns2\/vn1/);
    expect(await grid.locator('td[tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await page.locator('dialog h2').textContent()).toBe('cluster1 ns1/vn2 → cluster2 ns2/vn1');
    await page.keyboard.press('Escape');
  });

  inBrowser('the filter narrows it by cluster, network and verdict; a diagnosis shows its paths', async () => {
    const { page } = opened;
    const all = await cells(page);
    expect(all).toBe(78);
    await choose(page, 'cluster', 'cluster2');
    await choose(page, 'network', 'ns2/vn1');
    expect(await cells(page)).toBe(16);
    await page.check('.filters input[name="unreachable"]');
    expect(await cells(page)).toBe(2);
    expect(await page.getByRole('status').textContent()).toBe('2 of 78 paths');
    await page.getByRole('button', { name: 'Show all' }).click();
    expect(await cells(page)).toBe(all);
    await page.getByRole('button', { name: 'Show its 8 paths' }).click();
    expect(await cells(page)).toBe(8);
    await page.getByRole('button', { name: 'Show all' }).click();
  });

  inBrowser('a network of the drawing narrows the matrix, a red line opens its evidence', async () => {
    const { page } = opened;
    await page.locator('.box.network', { hasText: 'vn3' }).first().click();
    expect(await cells(page)).toBe(16);
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.locator('.link.state-bad').first().dispatchEvent('click');
    expect(await page.locator('dialog').textContent()).toContain('unreachable');
    await page.keyboard.press('Escape');
  });

  inBrowser('on paper there are no controls, and what was folded is there', async () => {
    const { page } = opened;
    await page.emulateMedia({ media: 'print' });
    await page.evaluate('dispatchEvent(new Event("beforeprint")), 0');
    expect(await page.locator('.filters').isVisible()).toBe(false);
    expect(await page.locator('.list tbody tr').last().isVisible()).toBe(true);
    await page.emulateMedia({ media: 'screen' });
  });
});

inBrowser(
  '2,500 paths are there within a second',
  async () => {
    const fleet = wideFleet(5, 10);
    const smoke = wideSmoke(fleet);
    const { file } = there().file('large', smokePage(smoke, fleet, '0.1.0'));
    const { page } = await there().open(file);
    const times: number[] = [];
    for (let run = 0; run < 3; run++) {
      await page.reload();
      times.push(await page.evaluate(PAINTED));
    }
    expect(await cells(page)).toBe(smoke.pairs.length);
    process.stderr.write(`${smoke.pairs.length} paths opened in ${times.map((time) => `${time.toFixed(0)} ms`).join(', ')}\n`);
    expect(Math.min(...times)).toBeLessThan(3000);
    await page.screenshot({ path: join(SCREENSHOTS, 'large-light.png') });
  },
  30_000,
);

inBrowser('what changes can be narrowed by cluster, change and text', async () => {
  const { page } = await there().open(there().file('changes', PAGES['plan']!).file);
  const changes = page.locator('.change');
  expect(await changes.count()).toBe(9);
  await choose(page, 'change', 'create');
  expect(await changes.count()).toBe(3);
  await choose(page, 'change', '');
  await page.fill('.filters input[name="text"]', 'listenerPort');
  expect(await changes.allTextContents()).toEqual([expect.stringContaining('update Namespace ns1')]);
  await page.close();
});

inBrowser('the script of the page is small', () => {
  expect(there().shell.length).toBeLessThan(400_000);
});
