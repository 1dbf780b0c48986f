import { expect, test } from '@jest/globals';
import { githubForge } from '../../../src/adapters/github/forge.ts';
import type { Forge } from '../../../src/ports/forge.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { ScriptedApi } from '../../support/scripted-api.ts';

type Entry = { path: string; mode: string; type: string; sha: string };
const blob = (path: string): Entry => ({ path, mode: '100644', type: 'blob', sha: `b-${path}` });
const tree = (path: string): Entry => ({ path, mode: '040000', type: 'tree', sha: `t-${path}` });

/** A repository whose recursive listings are cut short where there is more than one folder. */
const TREES: Record<string, Entry[]> = {
  top: [blob('README.md'), tree('a'), tree('b')],
  't-a': [blob('1'), { path: '2', mode: '120000', type: 'blob', sha: 'link' }],
  't-b': [tree('c')],
  't-c': [blob('3')],
};

async function withForge<T>(work: (forge: Forge, api: ScriptedApi) => Promise<T>): Promise<T> {
  await using api = await ScriptedApi.start((request, response) => {
    const [, kind, sha = '', query = ''] = /\/git\/(\w+)\/([^?]+)(\?.*)?$/.exec(request.url ?? '') ?? [];
    const answer = (value: object, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    if (kind === 'trees' && query.includes('recursive')) {
      const folders = TREES[sha]!.filter(({ type }) => type === 'tree');
      const below = folders.flatMap(({ path, sha: folder }) =>
        TREES[folder]!.map((entry) => ({ ...entry, path: `${path}/${entry.path}` })),
      );
      return folders.length > 1
        ? answer({ sha, tree: TREES[sha]!.slice(0, 2), truncated: true })
        : answer({ sha, tree: [...TREES[sha]!, ...below], truncated: false });
    }
    if (kind === 'trees') return answer({ sha, tree: TREES[sha], truncated: false });
    if (kind === 'blobs')
      return answer({ sha, content: Buffer.from('kühl').toString('base64').replace(/.{3}/, '$&\n'), encoding: 'base64' });
    if (sha === 'here') return answer({ sha, tree: { sha: 'top' }, parents: [{ sha: 'one' }, { sha: 'two' }] });
    answer({ message: 'Not Found' }, 404);
  });
  const forge = githubForge({
    apiUrl: api.url,
    repository: { owner: 'o', name: 'r' },
    token: 'x',
    clock: new FakeClock(0),
    say: () => {},
    signal: new AbortController().signal,
    userAgent: 'test',
  });
  return await work(forge, api);
}

test('a listing that GitHub cuts short is read folder by folder, and has every file', async () => {
  const files = await withForge((forge) => forge.treeAt('top', true));
  expect(files.map(({ path, mode }) => `${mode} ${path}`)).toEqual([
    '100644 README.md',
    '100644 a/1',
    '120000 a/2',
    '100644 b/c/3',
  ]);
});

test('a folder is listed with its folders, in one request', async () => {
  await withForge(async (forge, api) => {
    expect(await forge.treeAt('top')).toEqual([
      { path: 'README.md', mode: '100644', sha: 'b-README.md' },
      { path: 'a', mode: '040000', sha: 't-a' },
      { path: 'b', mode: '040000', sha: 't-b' },
    ]);
    expect(api.requests).toHaveLength(1);
  });
});

test('a commit says what it was made on, in order; one that is not there is no failure', async () => {
  await withForge(async (forge) => {
    expect(await forge.commitAt('here')).toEqual({ tree: 'top', parents: ['one', 'two'] });
    expect(await forge.commitAt('elsewhere')).toBeUndefined();
  });
});

test('the text of a file is UTF-8, in base64 with line ends', async () => {
  await withForge(async (forge) => {
    expect(await forge.textAt('any')).toBe('kühl');
  });
});
