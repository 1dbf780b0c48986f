import { describe, expect, test } from '@jest/globals';
import { PLAIN } from '../../../src/model/style.ts';
import { rehearsalMarkdown } from '../../../src/report/markdown/rehearsal.ts';
import { rehearsalText } from '../../../src/report/text/rehearsal.ts';
import { REHEARSAL } from '../../support/rehearsal-document.ts';
import { SMOKE } from '../../support/report-documents.ts';

const { continuity, ...others } = REHEARSAL;

describe('a rehearsal for a person', () => {
  const text = rehearsalText(REHEARSAL, PLAIN);

  test('says what was interrupted, for how long, and whether the plan had said so', () => {
    expect(text).toContain('a ping every 0.2 s along 3 paths that stay open');
    expect(text).toContain('1 interrupted and 1 not measured all the while');
    expect(text).toContain('interrupted for 1.4 s from 12:00:10.0 (7 pings lost), as planned: traffic between networks is cut');
    expect(text).toContain('and not back at the end (149 pings lost), the plan says of nothing there that it interrupts');
    expect(text).toContain('not measured from 12:00:02.0 to 12:01:00.0: the <connection> was closed');
  });

  test('says what the lab was, what was left out, and how it ended', () => {
    for (const words of [
      'in the lab: cluster1 and cluster2',
      'left out: cluster3, --max-clusters is 2',
      'before, at main (01234567): ',
      'Rehearsal of guide: applied, but not all paths are as declared.',
      'bring the lab up 61 s, apply the change 30 s',
    ])
      expect(text).toContain(words);
  });

  test('never says that nothing was interrupted of what nobody saw', () => {
    const [, unseen, quiet] = continuity!.paths;
    const of = (...paths: (typeof unseen)[]) =>
      rehearsalText({ ...REHEARSAL, continuity: { ...continuity!, paths: paths.map((path) => path!) } }, PLAIN);
    expect(of(quiet)).toContain('no ping was lost');
    expect(of(quiet, unseen)).not.toContain('no ping was lost');
    expect(rehearsalText(others, PLAIN)).not.toContain('While the change was applied');
  });

  test('of a base that was red already says so, and is no failure', () => {
    const passed = { ...others, outcome: 'passed' as const };
    expect(rehearsalText(passed, PLAIN)).toContain('applied, what is broken was so before the change.');
    const green = { ...SMOKE, pairs: SMOKE.pairs.filter(({ verdict }) => verdict === 'ok') };
    expect(rehearsalText({ ...passed, smoke: green }, PLAIN)).toContain('applied, all paths as declared.');
  });

  test('where the base did not come up shows what was measured of it', () => {
    const { smoke: _, plan: __, ...early } = others;
    expect(rehearsalText({ ...early, outcome: 'failed' }, PLAIN)).toContain('median round trip');
    expect(rehearsalText({ ...early, outcome: 'refused' }, PLAIN)).not.toContain('median round trip');
  });
});

describe('a rehearsal for GitHub', () => {
  const markdown = rehearsalMarkdown(REHEARSAL);

  test('has the same words, and foreign ones cannot format', () => {
    expect(markdown).toMatch(/^❌ \*\*Rehearsal of guide: applied, but not all paths are as declared\*\*/);
    expect(markdown).toContain('a \\*remark\\*');
    expect(markdown).toContain('the &lt;connection&gt; was closed');
    expect(markdown).toContain('<details><summary>The plan in the lab</summary>');
  });

  test('stays below its budget, and keeps how it ended', () => {
    const short = rehearsalMarkdown(REHEARSAL, 2_000);
    expect(Buffer.byteLength(short)).toBeLessThanOrEqual(2_000);
    expect(short).toContain('Rehearsal of guide');
    expect(short).toContain('Not shown here because of its length');
  });
});
