import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { startsOn } from '../../../lab/github/workflow-run-triggers.ts';

const push = (ref: string, more: object = {}) => ({ name: 'push', payload: { ref, ...more } });
const pull = (action: string, base = 'main') => ({
  name: 'pull_request',
  payload: { action, pull_request: { base: { ref: base } } },
});

describe('what starts a workflow', () => {
  test.each([
    ['on: push', push('refs/heads/x'), [], true],
    ['on: [push, pull_request]', pull('opened'), [], true],
    ['on: {pull_request: }', pull('closed'), [], false],
    ['on: {pull_request: {types: [closed]}}', pull('closed'), [], true],
    ['on: {pull_request: {branches: [main]}}', pull('opened', 'other'), [], false],
    ["on: {push: {branches: ['release/**']}}", push('refs/heads/release/1/x'), [], true],
    ["on: {push: {branches: ['release/*']}}", push('refs/heads/release/1/x'), [], false],
    ['on: {push: {branches-ignore: [main]}}', push('refs/heads/main'), [], false],
    ["on: {push: {branches: ['**']}}", push('refs/tags/v1'), [], false],
    ['on: {push: {tags: [v1]}}', push('refs/heads/main'), [], false],
    ['on: {push: {tags: [v1], paths: [a]}}', push('refs/tags/v1'), ['b'], true],
    ['on: push', push('refs/heads/x', { deleted: true }), [], false],
    ['on: {push: {paths: [clusters.yaml]}}', push('refs/heads/main'), ['clustersXyaml', 'a/clusters.yaml'], false],
    ["on: {push: {paths: ['**/clusters.yaml']}}", push('refs/heads/main'), ['clusters.yaml'], true],
    ["on: {push: {paths: ['cn2/**', '!cn2/README.md']}}", push('refs/heads/main'), ['cn2/README.md'], false],
    ["on: {push: {paths: ['cn2/**', '!cn2/README.md']}}", push('refs/heads/main'), ['cn2/README.md', 'cn2/a/b.yaml'], true],
    ["on: {push: {paths-ignore: ['docs/**']}}", push('refs/heads/main'), ['docs/a'], false],
    ['on: {schedule: [{cron: x}]}', { name: 'schedule', payload: { schedule: 'x' } }, [], true],
    ['on: {schedule: [{cron: y}]}', { name: 'schedule', payload: { schedule: 'x' } }, [], false],
    ['on: push', { name: 'workflow_dispatch', payload: {} }, [], false],
  ])('%s, %j, %j: %s', (workflow, event, paths, started) => {
    expect(startsOn(workflow, event, paths)).toBe(started);
  });

  test('a pattern that is not modelled is refused', () => {
    expect(() => startsOn("on: {push: {branches: ['v[12]']}}", push('refs/heads/v1'), [])).toThrow('v[12]');
  });
});

describe('the shipped workflows', () => {
  const shipped = ['plan', 'propose', 'apply', 'drift'] as const;
  const started = (event: { name: string; payload: object }, paths: string[]) =>
    shipped.filter((name) =>
      startsOn(readFileSync(join(import.meta.dirname, '../../../workflows', `${name}.yml`), 'utf8'), event, paths),
    );

  test.each([
    ['a pull request that changes the declaration', pull('opened'), ['clusters.yaml'], ['plan']],
    ['a new commit on it', pull('synchronize'), ['cn2/deployer.yaml'], ['plan']],
    ['a pull request with rendered manifests', pull('opened'), ['rendered/cluster1/10/a.yaml'], ['plan']],
    ['a pull request about something else', pull('opened'), ['README.md'], ['plan']],
    ['a pull request that is pointed at another branch', pull('edited'), ['clusters.yaml'], ['plan']],
    ['a closed pull request', pull('closed'), ['clusters.yaml'], []],
    ['a merge group', { name: 'merge_group', payload: {} }, [], ['plan']],
    ['a merged declaration', push('refs/heads/main'), ['clusters.yaml'], ['propose']],
    ['merged vendor manifests', push('refs/heads/main'), ['cn2/deployer.yaml'], ['propose']],
    ['a merged proposal', push('refs/heads/main'), ['rendered/plan.json'], ['apply']],
    ['both at once', push('refs/heads/main'), ['clusters.yaml', 'rendered/plan.json'], ['propose', 'apply']],
    ['a tag', push('refs/tags/v1'), ['clusters.yaml', 'rendered/plan.json'], []],
    ['the night', { name: 'schedule', payload: { schedule: '23 3 * * *' } }, [], ['drift']],
    ['the morning', { name: 'schedule', payload: { schedule: '47 4 * * 1-5' } }, [], ['propose']],
    ['a label on an issue', { name: 'issues', payload: { action: 'labeled' } }, [], ['drift']],
    ['an issue', { name: 'issues', payload: { action: 'opened' } }, [], []],
    ['a person', { name: 'workflow_dispatch', payload: {} }, [], ['propose', 'apply', 'drift']],
  ])('%s', (_, event, paths, names) => {
    expect(started(event, paths)).toEqual(names);
  });
});
