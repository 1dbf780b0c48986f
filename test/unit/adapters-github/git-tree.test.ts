import { expect, test } from '@jest/globals';
import { blobSha, entriesSha, type TreeEntry, treeSha } from '../../../src/adapters/github/git-tree.ts';

/** As `git ls-files -s` shows them. */
const FILES: TreeEntry[] = [
  { mode: '100644', path: 'c.d/e', sha: blobSha('no end') },
  { mode: '100644', path: 'a/z', sha: blobSha('hello\n') },
  { mode: '100755', path: 'a.txt', sha: blobSha('1\n') },
  { mode: '100644', path: 'a/b/ü.txt', sha: blobSha('x\n') },
  { mode: '100644', path: 'a-b/q', sha: blobSha('2\n') },
];

test('names blobs and trees as git does, in whatever order the files come', () => {
  expect(FILES.map(({ sha }) => sha.slice(0, 7))).toEqual(['d514c78', 'ce01362', 'd00491f', '587be6b', '0cfbf08']);
  for (const files of [FILES, FILES.toReversed()]) expect(treeSha(files)).toBe('e669ac375c255ac3b813a1942c327a58ae245406');
});

test('keeps no empty folder, and knows the empty tree', () => {
  expect(treeSha([])).toBeUndefined();
  expect(entriesSha([])).toBe('4b825dc642cb6eb9a060e54bf8d69288fbee4904');
});
