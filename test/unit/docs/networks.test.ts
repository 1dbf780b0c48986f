import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { NETWORK_KEYS } from '../../../src/declare/network-keys.ts';
import { render } from '../../../src/render/render.ts';
import { judgeDeclaration } from '../../../src/rules/judge.ts';
import { guideDeclaration } from '../../support/guide-fleet.ts';
import { smallRelease } from '../../support/small-release.ts';
import { GUIDE } from '../rules/guide.ts';

const PAGE = readFileSync(new URL('../../../docs/networks.md', import.meta.url), 'utf8');
const HEAD = GUIDE.slice(0, GUIDE.indexOf('namespaces:\n'));
const EXAMPLES = [...PAGE.matchAll(/^## (.+)$|^```yaml\n([\s\S]*?)^```$/gm)].reduce<{ title: string; text: string }[]>(
  (all, [, title, text]) =>
    title === undefined
      ? all.map((each, at) => (at === all.length - 1 ? { ...each, text: each.text + text } : each))
      : [...all, { title, text: '' }],
  [],
);

describe('docs/networks.md', () => {
  test.each(EXAMPLES.filter(({ text }) => text !== ''))('$title: the example is a declaration that renders', ({ text }) => {
    const declaration = guideDeclaration(HEAD + text);
    const errors = [...declaration.findings, ...judgeDeclaration(declaration)].filter(({ severity }) => severity === 'error');
    expect(errors).toEqual([]);
    expect(render({ declaration, vendorFiles: smallRelease() }).tree).toBeDefined();
  });

  test.each(Object.keys(NETWORK_KEYS))('says what %s is', (key) => {
    expect(PAGE.split('\n').some((line) => line.startsWith('| ') && line.split(' | ')[0]!.includes(`\`${key}\``))).toBe(true);
  });
});
