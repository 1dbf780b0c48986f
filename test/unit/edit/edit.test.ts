import { describe, expect, test } from '@jest/globals';
import { editDeclaration } from '../../../src/edit/edit.ts';
import type { Edit } from '../../../src/edit/edits.ts';
import { GUIDE } from '../rules/guide.ts';

const edited = (text: string, ...edits: Edit[]) => {
  const { text: result, refused } = editDeclaration(text, edits);
  expect(refused).toEqual([]);
  return result;
};
const reasonOf = (text: string, edit: Edit) => {
  const { text: same, refused } = editDeclaration(text, [edit]);
  expect(same).toBe(text);
  expect(refused.map((each) => each.edit)).toEqual([edit]);
  return refused[0]?.reason;
};

describe('an edit looks like its neighbours', () => {
  test('entries in brackets get one in brackets, entries in lines get lines', () => {
    const text = 'flow:\n  - {a: 1}\nlines:\n- a: 1\n  b: [x]\n';
    expect(edited(text, { edit: 'append', path: '/flow', value: { a: 2, b: 'y' } })).toBe(
      'flow:\n  - {a: 1}\n  - {a: 2, b: "y"}\nlines:\n- a: 1\n  b: [x]\n',
    );
    expect(edited(text, { edit: 'append', path: '/lines', value: { a: 2, b: ['z'] } })).toBe(`${text}- a: 2\n  b: [z]\n`);
  });

  test('quotes, padding in brackets, blank lines between entries and the end of lines are kept', () => {
    expect(edited("a: 'x'\nb: 'y: z'\n", { edit: 'set', path: '/a', value: 'w' })).toBe("a: 'w'\nb: 'y: z'\n");
    expect(edited("a: 'x'\n", { edit: 'set', path: '/b', value: 'yes' })).toBe("a: 'x'\nb: 'yes'\n");
    expect(edited('a: { b: 1 }\n', { edit: 'set', path: '/a/c', value: { d: [] } })).toBe('a: { b: 1, c: { d: [] } }\n');
    expect(edited('a:\n  - 1\n\n  - 2\nb: 3\n', { edit: 'append', path: '/a', value: 4 })).toBe(
      'a:\n  - 1\n\n  - 2\n\n  - 4\nb: 3\n',
    );
    expect(edited('a: 1\r\nb: 2', { edit: 'set', path: '/c', value: ['x'] })).toBe('a: 1\r\nb: 2\r\nc: [x]');
    // Also where no line is left but the one that is commented.
    expect(edited('a: { b: 1,\r\n  c: 2 }', { edit: 'set', path: '/a', value: {}, comment: 'why' })).toMatch(/^# why\r\na: /);
  });

  test('comments stay beside and above what they are about', () => {
    const text = '# top\na: 1 # one\n# above b\nb:\n  - x # an x\n      # that goes on\n  # behind\n# end\n';
    expect(edited(text, { edit: 'append', path: '/b', value: 'w' })).toBe(text.replace('  # behind', '  - w\n  # behind'));
    expect(edited(text, { edit: 'set', path: '/a', value: 2 })).toBe(text.replace('a: 1', 'a: 2'));
    expect(edited(text, { edit: 'remove', path: '/a' })).toBe(text.replace('a: 1 # one\n', ''));
    expect(edited(text, { edit: 'set', path: '/b/0', value: 'z', comment: 'why' })).toBe(
      text.replace('  - x # an x', '  # why\n  - z # an x'),
    );
  });

  test('a comment is not written twice', () => {
    const text = 'a:\n  # why\n  b: 1\n';
    expect(edited(text, { edit: 'set', path: '/a/b', value: 2, comment: 'why' })).toBe('a:\n  # why\n  b: 2\n');
  });

  test('brackets over several lines get a line, with the comma where the others have it', () => {
    expect(edited('a: [\n  x, # one\n  y # two\n]\n', { edit: 'append', path: '/a', value: 'z' })).toBe(
      'a: [\n  x, # one\n  y, # two\n  z\n]\n',
    );
    expect(edited('a: [\n  x,\n  y,\n]\n', { edit: 'append', path: '/a', value: 'z' })).toBe('a: [\n  x,\n  y,\n  z,\n]\n');
    expect(edited('a: [\n  x,\n  y,\n]\n', { edit: 'remove', path: '/a/0' })).toBe('a: [\n  y,\n]\n');
  });

  test('a text of several lines is a block where there is room for one', () => {
    const value = { data: { conf: 'k: v\n# no comment\n' } };
    expect(edited('a: 1\n', { edit: 'append', path: '/patches', value })).toBe(
      'a: 1\npatches:\n  - data:\n      conf: |\n        k: v\n        # no comment\n',
    );
    expect(edited('a: {b: 1}\n', { edit: 'set', path: '/a/c', value: 'x\ny\n' })).toBe('a: {b: 1, c: "x\\ny\\n"}\n');
  });

  test('the last entry leaves empty brackets, or nothing at all', () => {
    const text = 'a:\n  # kept\n  b:\n    c: 1\nd: 2\n';
    expect(edited(text, { edit: 'remove', path: '/a/b/c' })).toBe('a:\n  # kept\n  b: {}\nd: 2\n');
    expect(edited(text, { edit: 'remove', path: '/a/b/c', prune: true })).toBe('d: 2\n');
  });

  test('what stands behind a dash gives its place to the next', () => {
    expect(edited('l:\n  - a: 1\n    b: 2\n', { edit: 'remove', path: '/l/0/a' })).toBe('l:\n  - b: 2\n');
    expect(edited('l:\n  - a: 1\n    # of b\n    b: 2\n', { edit: 'remove', path: '/l/0/a' })).toBe(
      'l:\n  -\n    # of b\n    b: 2\n',
    );
  });

  test('an empty file, and one of comments, get a first entry', () => {
    expect(edited('', { edit: 'set', path: '/a/b', value: 1 })).toBe('a: {b: 1}\n');
    expect(edited('# only\n', { edit: 'append', path: '/a', value: { b: 1 } })).toBe('# only\na:\n  - {b: 1}\n');
  });

  test('mappings and lists are changed member by member', () => {
    const text = 'a:\n  x: 1 # one\n  y: 2 # two\nl: [a, b, c]\n';
    expect(edited(text, { edit: 'set', path: '/a', value: { y: 2, z: 3 } })).toBe('a:\n  y: 2 # two\n  z: 3\nl: [a, b, c]\n');
    expect(edited(text, { edit: 'set', path: '/l', value: ['a', 'c'] })).toBe(text.replace('a, b, c', 'a, c'));
  });
});

describe('what cannot be done is refused', () => {
  test('aliases and anchors', () => {
    const text = 'a: &shared {x: 1}\nb: *shared\nc: {d: *shared}\n';
    expect(reasonOf(text, { edit: 'set', path: '/b/x', value: 2 })).toMatch(/the alias \*shared/);
    expect(reasonOf(text, { edit: 'set', path: '/a/x', value: 2 })).toMatch(/the anchor &shared/);
    expect(reasonOf(text, { edit: 'remove', path: '/a' })).toMatch(/the anchor &shared/);
    expect(reasonOf(text, { edit: 'set', path: '/b', value: 2 })).toMatch(/the alias \*shared/);
    expect(edited(text, { edit: 'set', path: '/c/e', value: 2 })).toBe(text.replace('{d: *shared}', '{d: *shared, e: 2}'));
  });

  test('a value with a tag', () => {
    expect(reasonOf('a: !!str 5\n', { edit: 'set', path: '/a', value: 6 })).toMatch(/written with a tag/);
  });

  test('another kind of value in place of lines with comments', () => {
    expect(reasonOf('a:\n  # why\n  b: 1\n', { edit: 'set', path: '/a', value: 6 })).toBe(
      'comments within the value would be lost',
    );
    expect(edited('a:\n  b: "# no comment"\n', { edit: 'set', path: '/a', value: 6 })).toBe('a: 6\n');
  });

  test('a file that cannot be read, or holds two documents', () => {
    expect(reasonOf('a: [\n', { edit: 'set', path: '/b', value: 1 })).toMatch(/not YAML that can be changed: line \d/);
    expect(reasonOf('a: 1\na: 2\n', { edit: 'set', path: '/b', value: 1 })).toMatch(/line 2: key a appears twice/);
    expect(reasonOf('a: 1\n---\nb: 1\n', { edit: 'set', path: '/c', value: 1 })).toBe('the file holds a second document');
  });

  test('what is no list, no mapping, no JSON, or another entry of the same name', () => {
    expect(reasonOf('a: 1\n', { edit: 'append', path: '/a', value: 1 })).toBe('/a is not a list');
    expect(reasonOf('a: 1\n', { edit: 'set', path: '/a/b', value: 1 })).toBe('b would be in what is not a mapping');
    expect(reasonOf('a: [1]\n', { edit: 'set', path: '/a/7', value: 1 })).toBe('the list has no entry 7');
    expect(reasonOf('a: 1\n', { edit: 'set', path: '/b', value: undefined })).toBe('the value is not plain JSON');
    expect(reasonOf('l: [{id: x, v: 1}]\n', { edit: 'append', path: '/l', key: ['id'], value: { id: 'x', v: 2 } })).toBe(
      '/l/0 is another entry of the same name',
    );
  });

  test('one edit is refused, the others are made', () => {
    const edits: Edit[] = [
      { edit: 'append', path: '/l', key: ['id'], value: { id: 'y' } },
      { edit: 'append', path: '/l', key: ['id'], value: { id: 'x', v: 2 }, comment: 'never' },
      { edit: 'append', path: '/l', key: ['id'], value: { id: 'z' }, comment: 'found' },
    ];
    const { text, refused } = editDeclaration('l:\n  - {id: x}\n', edits);
    expect(text).toBe('l:\n  - {id: x}\n  - {id: "y"}\n  # found\n  - {id: z}\n');
    expect(refused.map(({ edit }) => edit)).toEqual([edits[1]]);
  });
});

describe('the declaration of the guide', () => {
  test('what is asked twice is done once, and asked back gives the same bytes', () => {
    const patch = { kind: 'Vrouter', name: 'contrail-vrouter-nodes', namespace: 'contrail', merge: { spec: { agent: null } } };
    const edit: Edit = { edit: 'append', path: '/distributed/0/patches', value: patch, comment: 'as it runs' };
    const once = edited(GUIDE, edit);
    expect(once).not.toBe(GUIDE);
    expect(edited(once, edit)).toBe(once);
    const back = edited(once, { edit: 'remove', path: '/distributed/0/patches/0', prune: true });
    expect(back.replace(/^ *# as it runs\n/m, '')).toBe(GUIDE);
  });
});
