import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderMarkdown } from '../../../lab/github/pages/markdown.ts';

function render(text: string): string {
  return renderMarkdown(text).text;
}

test.each([
  [
    'a comment is not seen',
    'a <!-- b --> c\n\n<!-- d\ne -->\nf',
    /^<div class="markdown"><p>a {2}c<\/p>\s*<p>f<\/p>\s*<\/div>$|a {2}c[\s\S]*f/,
  ],
  [
    'known tags stay without attributes',
    '<details onclick="x" open><summary>s</summary>\n\nt\n\n</details>',
    /<details open><summary>s<\/summary>/,
  ],
  [
    'others are shown as written',
    '<script>x</script> <a href="y">z</a>',
    /&lt;script&gt;x&lt;\/script&gt; &lt;a href="y"&gt;|&lt;script&gt;/,
  ],
  ['entities in HTML are kept', '<b>&lt;x&gt; &</b>', /<b>&lt;x&gt; &amp;<\/b>/],
  ['a picture is its text', '![alt](https://example.org/x.png)', /<p>alt<\/p>/],
  ['a script is no link', '[x](javascript:alert(1))', /\[x\]\(javascript:alert\(1\)\)/],
  ['boxes', '- [ ] a\n- [X] b', /<li class="task">☐ a<\/li>\s*<li class="task">☑ b<\/li>/],
  ['a box that is none', '[ ] a', /<p>\[ \] a<\/p>/],
  ['an alert', '> [!CAUTION]\n> text', /<blockquote class="alert caution">\s*<p>Caution<br>\s*text/],
  ['a diagram', '```mermaid\na --> b\n```', /<figcaption>diagram<\/figcaption><pre><code>a --&gt; b/],
  [
    'a diff',
    '```diff\n+<a>\n-b\n@@ c\n d\n```',
    /<span class="plus">\+&lt;a&gt;<\/span>\n<span class="minus">-b<\/span>\n<span class="hunk">@@ c<\/span>\n d<\/code>/,
  ],
  ['a table', '| a |\n|---|\n| `b` |', /<table>[\s\S]*<code>b<\/code>/],
])('%s', (_, text, wanted) => {
  expect(render(text)).toMatch(wanted);
});

const TAGS =
  /^(?:[abipqsu]|blockquote|br|code|d[dlt]|del|details|div|em|figcaption|figure|h[1-6]|hr|ins|kbd|li|[ou]l|pre|small|span|strong|su[bp]|summary|table|t(?:body|foot|head|[dhr]))$/;
const ATTRIBUTES =
  /^(?: open| class="[a-z ]+"| style="text-align:(?:left|right|center)"| href="(?!javascript:)[^"]*"| title="[^"]*"| start="\d+")*$/;

test('whatever the text is, nothing comes out that runs', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '<script>',
      '</details>',
      '<details open>',
      '<img src=x onerror=y>',
      '<!--',
      '-->',
      '<b',
      '">',
      "'",
      '`',
      '```',
      '\n',
      '\n\n',
    ),
    fc.constantFrom(
      '<svg/onload=x>',
      '[a](',
      'javascript:x)',
      '<https://example.org>',
      '|',
      '> [!NOTE]',
      '- [ ] ',
      '&lt;',
      '&#60;script&#62;',
      '<a\nhref=x>',
    ),
    fc.string({ maxLength: 12 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      for (const [, name = '', attributes = ''] of render(pieces.join('')).matchAll(/<\/?([^\s>/]+)([^>]*?)\/?>/g)) {
        expect(name).toMatch(TAGS);
        expect(attributes).toMatch(ATTRIBUTES);
      }
    }),
    { numRuns: 2_000 },
  );
});
