import { describe, expect, test } from '@jest/globals';
import { withoutAbilities, withoutManagedFields } from '../../../lab/apiserver/aggregated/answers.ts';
import { judgeRequest } from '../../../lab/apiserver/aggregated/requests.ts';
import { ALL_SERVED, type Switches } from '../../../lab/apiserver/aggregated/switches.ts';

const with_ = (changes: Partial<Switches>): Switches => ({ ...ALL_SERVED, ...changes });
const object = () => ({
  kind: 'Subnet',
  metadata: { name: 's', managedFields: [{ manager: 'a' }] },
  spec: { managedFields: 'mine' },
});
const bare = { kind: 'Subnet', metadata: { name: 's' }, spec: { managedFields: 'mine' } };

describe('managedFields', () => {
  test.each([
    ['an object', object(), bare],
    [
      'a list',
      { kind: 'SubnetList', metadata: { resourceVersion: '1' }, items: [object()] },
      { kind: 'SubnetList', metadata: { resourceVersion: '1' }, items: [bare] },
    ],
    ['an event', { type: 'ADDED', object: object() }, { type: 'ADDED', object: bare }],
    [
      'a table',
      { kind: 'Table', rows: [{ cells: ['s'], object: object() }] },
      { kind: 'Table', rows: [{ cells: ['s'], object: bare }] },
    ],
    ['no object', null, null],
  ])('are taken out of %s', (_, value, expected) => {
    expect(withoutManagedFields(value)).toEqual(expected);
  });
});

describe('OpenAPI', () => {
  const three = () => ({
    paths: {
      '/x/{name}': {
        parameters: [{ $ref: '#/components/parameters/pretty-x' }],
        patch: {
          parameters: [
            { name: 'dryRun', in: 'query' },
            { name: 'force', in: 'query' },
          ],
          requestBody: {
            content: {
              'application/apply-patch+yaml': {},
              'application/apply-patch+cbor': {},
              'application/merge-patch+json': {},
            },
          },
        },
      },
    },
  });
  const two = () => ({
    paths: {
      '/x/{name}': {
        patch: {
          consumes: ['application/apply-patch+yaml', 'application/merge-patch+json'],
          parameters: [{ $ref: '#/parameters/dryRun-abc' }, { $ref: '#/parameters/force-x' }],
        },
      },
    },
  });
  const text = (value: unknown) => JSON.stringify(value);

  test.each([
    ['3', three],
    ['2', two],
  ])('version %s offers what is served, and no more', (_, make) => {
    expect(withoutAbilities(make(), ALL_SERVED)).toEqual(make());
    const noApply = text(withoutAbilities(make(), with_({ serverSideApply: 'off' })));
    expect([noApply.includes('apply-patch'), noApply.includes('dryRun'), noApply.includes('merge-patch')]).toEqual([
      false,
      true,
      true,
    ]);
    for (const dryRun of ['off', 'refused'] as const) {
      const noDryRun = text(withoutAbilities(make(), with_({ dryRun })));
      expect([noDryRun.includes('apply-patch'), noDryRun.includes('dryRun'), noDryRun.includes('force')]).toEqual([
        true,
        false,
        true,
      ]);
    }
  });

  test('a text that is no description stays', () => {
    expect(withoutAbilities(['x'], with_({ dryRun: 'off' }))).toEqual(['x']);
  });
});

describe('requests', () => {
  const get = {
    method: 'GET',
    path: '/apis/g/v1/xs?limit=5',
    contentType: '',
    accept: 'application/vnd.kubernetes.protobuf, application/json;as=Table',
  };

  test('while everything is served a request passes as it is', () => {
    expect(judgeRequest(get, ALL_SERVED)).toEqual({ pass: { path: get.path, accept: get.accept, rewrite: undefined } });
  });

  test('what has to be rewritten is asked for as JSON', () => {
    const off = with_({ managedFields: 'off' });
    expect(judgeRequest(get, off)).toMatchObject({ pass: { accept: ' application/json;as=Table', rewrite: 'objects' } });
    expect(judgeRequest({ ...get, accept: 'application/cbor' }, off)).toMatchObject({ pass: { accept: 'application/json' } });
  });

  test('a description that is broken is refused, and nothing else is', () => {
    const broken = with_({ openapi: 'broken' });
    expect(judgeRequest({ ...get, path: '/openapi/v3/apis/g/v1?hash=ABC' }, broken)).toMatchObject({ refuse: { code: 500 } });
    expect(judgeRequest(get, broken)).toEqual(judgeRequest(get, ALL_SERVED));
  });

  test('a description that is rewritten is asked for without the hash of the real one', () => {
    const asked = { ...get, path: '/openapi/v3/apis/g/v1?hash=ABC' };
    expect(judgeRequest(asked, ALL_SERVED)).toMatchObject({
      pass: { path: '/openapi/v3/apis/g/v1?hash=ABC', rewrite: undefined },
    });
    expect(judgeRequest(asked, with_({ dryRun: 'off' }))).toMatchObject({
      pass: { path: '/openapi/v3/apis/g/v1', rewrite: 'openapi' },
    });
  });
});
