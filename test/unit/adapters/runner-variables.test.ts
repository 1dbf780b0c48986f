import { expect, test } from '@jest/globals';
import { nodeCredentials } from '../../../src/adapters/node/credentials.ts';

/** A name that git takes for a branch, and this program for a kubeconfig. */
const BRANCH = Buffer.from('current-context: a\nusers: [{name: a, user: {exec: {command: sh, args: [x]}}}]').toString('base64');
const inJob = async () => false;

test.each([
  'GITHUB_HEAD_REF',
  'GITHUB_REF_NAME',
  'GITHUB_ACTOR',
  'RUNNER_NAME',
  'CN2_FLEET_INPUT_ONLY',
  'INPUT_ONLY',
  'GITHUB_TOKEN',
])('in a job %s, which others may name, is no credential', async (env) => {
  expect(await nodeCredentials('/', { [env]: BRANCH }, inJob).resolve({ env })).toEqual({
    status: 'missing',
    reason: `environment variable ${env} is the runner’s own: it holds no credential`,
  });
});

test.each(['GITHUB_KUBECONFIG', 'GITHUB_HEAD_REF_KUBECONFIG', 'CI_KUBECONFIG', 'RUNNER_KUBECONFIG', 'ACTIONS_KUBECONFIG'])(
  'a variable that a workflow sets may be called %s',
  async (env) => {
    expect(await nodeCredentials('/', { [env]: 'a: b' }, inJob).resolve({ env })).toEqual({ status: 'ok', value: 'a: b' });
  },
);
