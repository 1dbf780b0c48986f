import { expect, test } from '@jest/globals';
import { kubernetesConnector } from '../../../src/adapters/kubernetes/connector.ts';
import type { Resource } from '../../../src/model/kubernetes.ts';
import { kubeconfigFor, ScriptedApi } from '../../support/scripted-api.ts';

const APPLY = 'application/apply-patch+yaml';
const V3 = '/openapi/v3/apis/example.org/v1';
const THINGS: Resource = { group: 'example.org', version: 'v1', kind: 'Thing', plural: 'things', namespaced: true };
const NAMED = '/apis/example.org/v1/namespaces/{namespace}/things';

const dryRun = { name: 'dryRun', in: 'query' };
const operations = (patch: object, others: object = { parameters: [dryRun] }) => ({
  [NAMED]: { post: others },
  [`${NAMED}/{name}`]: { put: others, patch },
});
const v3 = { requestBody: { content: { [APPLY]: {}, 'application/merge-patch+json': {} } }, parameters: [dryRun] };

/** What is read of answers by path; what is not there is 404. */
async function read(answers: Record<string, unknown>, resource = THINGS) {
  await using server = await ScriptedApi.start((request, response) => {
    const answer = answers[request.url ?? ''];
    const [status, body] = typeof answer === 'number' ? [answer, {}] : answer === undefined ? [404, {}] : [200, answer];
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await using cluster = await kubernetesConnector().connect('c1', kubeconfigFor(server.url));
  const asked = () => cluster.abilities(resource);
  const first = await asked().catch((error: unknown) => error);
  return { first, second: await asked().catch((error: unknown) => error), requests: server.requests };
}

test.each<[string, object, object]>([
  ['all of it', operations(v3), { serverSideApply: true, dryRun: true }],
  [
    'a parameter by reference, or of the whole path',
    {
      [NAMED]: { post: { parameters: [{ $ref: '#/components/parameters/dryRun-abc' }] } },
      [`${NAMED}/{name}`]: { parameters: [dryRun], put: {}, patch: { requestBody: v3.requestBody } },
    },
    { serverSideApply: true, dryRun: true },
  ],
  [
    'other patches',
    operations({ ...v3, requestBody: { content: { 'application/merge-patch+json': {} } } }),
    { serverSideApply: false, dryRun: true },
  ],
  ['no dry-run of a patch', operations({ ...v3, parameters: [] }), { serverSideApply: true, dryRun: false }],
  ['no dry-run of other writes', operations(v3, { parameters: [] }), { serverSideApply: true, dryRun: false }],
  [
    'another parameter that begins so',
    operations({ ...v3, parameters: [{ $ref: '#/components/parameters/dryRunner-abc' }] }),
    { serverSideApply: true, dryRun: false },
  ],
  ['another kind', { '/apis/example.org/v1/others': { patch: v3 } }, { serverSideApply: false, dryRun: false }],
])('what a description offers: %s', async (_, paths, abilities) => {
  const { first, second, requests } = await read({ [V3]: { openapi: '3.0.0', paths } });
  expect([first, second]).toEqual([abilities, abilities]);
  expect(requests).toEqual([`GET ${V3}`]);
});

test('a server without version 3 is read in version 2', async () => {
  const patch = { consumes: ['application/json-patch+json', APPLY], parameters: [dryRun] };
  const { first, requests } = await read({ '/openapi/v2': { swagger: '2.0', paths: operations(patch) } });
  expect(first).toEqual({ serverSideApply: true, dryRun: true });
  expect(requests).toEqual([`GET ${V3}`, 'GET /openapi/v2']);
});

test('what describes itself nowhere offers nothing', async () => {
  expect((await read({})).first).toEqual({ serverSideApply: false, dryRun: false });
});

test.each<[string, unknown, string]>([
  ['the right to it is missing', 403, 'forbidden'],
  ['it answers with an error', 501, 'error'],
  ['it is no JSON', '<html>', 'error'],
  ['it is no description', { kind: 'Status' }, 'error'],
])('a description that cannot be read says nothing either way, and is read again: %s', async (_, answer, cause) => {
  const { first, second, requests } = await read({ [V3]: answer });
  for (const error of [first, second]) expect(error).toMatchObject({ name: 'ClusterError', cause });
  expect(requests.length).toBe(2);
});

test.each(['', 'apps', 'rbac.authorization.k8s.io', 'configplane.juniper.net'])(
  'the groups of the main server are known: %j',
  async (group) => {
    const { first, requests } = await read({}, { ...THINGS, group });
    expect(first).toEqual({ serverSideApply: true, dryRun: true });
    expect(requests).toEqual([]);
  },
);
