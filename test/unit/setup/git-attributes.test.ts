import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderedAttributes, withRenderedAttributes } from '../../../src/setup/git-attributes.ts';

const LINES = 'rendered/** -text linguist-generated\nrendered/plan.json -linguist-generated\n';

test('a repository without the file gets one', () => {
  expect(withRenderedAttributes(undefined, 'rendered')).toMatch(/^# .*\n/);
  expect(withRenderedAttributes(undefined, 'rendered')).toContain(`\n${LINES}`);
});

test.each([
  ['is kept', '*.png binary\n', '*.png binary\n# '],
  ['without a last line end', '*.png binary', '*.png binary\n# '],
  ['with line ends of Windows', '*.png binary\r\n', '*.png binary\r\n# '],
  ['that has the exception too early', 'rendered/plan.json -linguist-generated\n', 'rendered/plan.json -linguist-generated\n# '],
])('what is there %s, and ours come after it', (_, there, begin) => {
  const text = withRenderedAttributes(there, 'rendered');
  expect(text.startsWith(begin)).toBe(true);
  expect(text.replaceAll('\r\n', '\n')).toContain(LINES);
  if (there.includes('\r\n')) expect(text.replaceAll('\r\n', '')).not.toContain('\n');
});

test('only the line that is missing is added', () => {
  const there = '# ours\r\nrendered/** -text linguist-generated\r\n*.md text\r\n';
  expect(withRenderedAttributes(there, 'rendered')).toBe(`${there}rendered/plan.json -linguist-generated\r\n`);
});

test('a second time changes nothing, whatever is there', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('rendered', 'a b/c', '#x', '!y'), (there, rendered) => {
      const once = withRenderedAttributes(there, rendered);
      expect(once.startsWith(there)).toBe(true);
      expect(withRenderedAttributes(once, rendered)).toBe(once);
    }),
  );
});

test.each([
  'rendered',
  'fleets/east 1/rendered',
  '#odd',
  '!odd',
  '"odd"/x',
  '[a-c]*?/r',
  '[attr]x',
  'back\\slash/r',
  'tab\tand\nline',
  'ü/ö',
])('git takes the lines for %j as they are meant', (rendered) => {
  const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-attributes-'));
  try {
    const git = (...words: string[]) => execFileSync('git', ['-C', folder, ...words], { encoding: 'utf8' });
    git('init', '--quiet');
    writeFileSync(join(folder, '.gitattributes'), withRenderedAttributes('* text=auto\n', rendered));
    const attributes = (path: string) =>
      git('check-attr', '-z', 'text', 'linguist-generated', '--', path)
        .split('\0')
        .filter((_, at) => at % 3 === 2);
    expect(attributes(`${rendered}/cluster1/90-routers/a.yaml`)).toEqual(['unset', 'set']);
    expect(attributes(`${rendered}/fleet.json`)).toEqual(['unset', 'set']);
    expect(attributes(`${rendered}/plan.json`)).toEqual(['unset', 'unset']);
    expect(attributes('clusters.yaml')).toEqual(['auto', 'unspecified']);
    expect(attributes('other/rendered/x.yaml')).toEqual(['auto', 'unspecified']);
    expect(attributes('b/r/x')).toEqual(['auto', 'unspecified']);
    expect(renderedAttributes(rendered)).toHaveLength(2);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a checkout as on Windows, with autocrlf, has the rendered files byte for byte', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-attributes-'));
  try {
    const git = (...words: string[]) => execFileSync('git', ['-C', join(folder, 'a'), ...words], { stdio: 'pipe' });
    mkdirSync(join(folder, 'a/rendered'), { recursive: true });
    git('init', '--quiet');
    const files = {
      '.gitattributes': withRenderedAttributes(undefined, 'rendered'),
      'rendered/x.yaml': 'a: 1\n',
      'clusters.yaml': 'b: 1\n',
    };
    for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, 'a', path), text);
    git('add', '--all');
    git('-c', 'user.name=a', '-c', 'user.email=a@example.net', 'commit', '--quiet', '--message', 'one');
    git('-c', 'core.autocrlf=true', 'clone', '--quiet', '--config', 'core.autocrlf=true', '.', join(folder, 'b'));
    expect(readFileSync(join(folder, 'b/rendered/x.yaml'), 'utf8')).toBe('a: 1\n');
    expect(readFileSync(join(folder, 'b/clusters.yaml'), 'utf8')).toBe('b: 1\r\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
