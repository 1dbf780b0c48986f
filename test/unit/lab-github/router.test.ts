import { expect, test } from '@jest/globals';
import { Router, route } from '../../../lab/github/http/router.ts';
import { REPOSITORY_SCOPED_ROUTES } from '../../../lab/github/rest/routes.ts';

const router = new Router(REPOSITORY_SCOPED_ROUTES);

test.each([
  ['GET', '', '', {}],
  ['GET', '/git/ref/heads/cn2-fleet/render', '/git/ref/{ref}', { ref: 'heads/cn2-fleet/render' }],
  ['GET', '/commits/main', '/commits/{ref}', { ref: 'main' }],
  ['GET', '/commits/feature/a/status', '/commits/{ref}/status', { ref: 'feature/a' }],
  ['GET', '/commits/feature%2Fa/check-runs', '/commits/{ref}/check-runs', { ref: 'feature/a' }],
  ['GET', '/commits/main/pulls', '/commits/{commit_sha}/pulls', { commit_sha: 'main' }],
  ['GET', '/compare/main...ada:a/b', '/compare/{basehead}', { basehead: 'main...ada:a/b' }],
  ['GET', '/contents/rendered/a%20b.yaml', '/contents/{path}', { path: 'rendered/a b.yaml' }],
  ['GET', '/issues/comments/7', '/issues/comments/{comment_id}', { comment_id: '7' }],
  ['GET', '/issues/7/comments', '/issues/{issue_number}/comments', { issue_number: '7' }],
  ['DELETE', '/issues/7/labels/a%2Fb', '/issues/{issue_number}/labels/{name}', { issue_number: '7', name: 'a/b' }],
])('%s %s', (method, path, template, params) => {
  const match = router.find(method, `/repos/acme/fleet${path}`);
  expect(match?.route.template).toBe(`/repos/{owner}/{repo}${template}`);
  expect(match?.params).toEqual({ owner: 'acme', repo: 'fleet', ...params });
});

test.each([
  ['PUT', '/repos/acme/fleet/issues'],
  ['GET', '/repos/acme/fleet/actions/caches'],
  ['GET', '/repos/acme'],
  ['GET', '/repos/acme/fleet/issues/%E0%A4%A'],
])('%s %s is nothing that is served', (method, path) => {
  expect(router.find(method, path)).toBeUndefined();
});

test('a dot in a template is a dot', () => {
  const facts = { needs: '', docs: '' };
  const own = new Router([route('GET', '/a.b', facts, () => ({ status: 200 }))]);
  expect(own.find('GET', '/repos/o/r/a.b')).toBeDefined();
  expect(own.find('GET', '/repos/o/r/axb')).toBeUndefined();
});
