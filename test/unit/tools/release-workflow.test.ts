import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { startsOn } from '../../../lab/github/workflow-run-triggers.ts';

interface Job {
  needs?: string[];
  environment?: string;
  permissions: Record<string, string>;
  steps: { uses?: string; run?: string; with?: Record<string, string> }[];
}

const TEXT = readFileSync(new URL('../../../.github/workflows/release.yml', import.meta.url), 'utf8');
const { jobs } = parse(TEXT) as { jobs: Record<string, Job> };

test('nothing is written before the package is made and the sources are checked', () => {
  const writing = Object.entries(jobs).filter(([, { permissions }]) => Object.values(permissions).includes('write'));
  expect(writing.map(([name, { needs, environment }]) => [name, needs, environment])).toEqual([
    ['probe-image', ['package', 'check'], 'release'],
    // Fleets that name no image use that of the release.
    ['publish', ['package', 'check', 'probe-image'], 'release'],
  ]);
});

test('the job that signs runs no code of the repository, and releases what the first one kept', () => {
  const { steps } = jobs['publish']!;
  expect(steps.map(({ uses = '' }) => uses.split('@')[0])).toEqual([
    'actions/download-artifact',
    'actions/attest-build-provenance',
    '',
    '',
  ]);
  expect(steps.map(({ run = '' }) => run).join('\n')).not.toMatch(/\b(make|npm|node)\b/);
  const kept = jobs['package']!.steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact'));
  expect(steps[0]?.with?.['name']).toBe(kept?.with?.['name']);
});

test('what is there already stays when a release is run again, and the major tag never goes back', () => {
  const scripts = (name: string) => jobs[name]!.steps.map(({ run = '' }) => run).join('\n');
  expect(scripts('publish')).toMatch(/gh release view .* \|\|\n\s*gh release create/);
  expect(scripts('publish')).toMatch(/newest" != "\$GITHUB_REF_NAME" \]; then .*exit 0/);
  expect(scripts('probe-image')).toMatch(/podman manifest inspect .*exit 0[\s\S]*podman build/);
});

test('a release begins for no branch', () => {
  const push = (ref: string) => ({ name: 'push', payload: { ref, repository: { default_branch: 'main' } } });
  expect(startsOn(TEXT.replace(/tags: .*/, "tags: ['v*']"), push('refs/tags/v1.2.3'), [])).toBe(true);
  expect(startsOn(TEXT, push('refs/heads/v1.2.3'), [])).toBe(false);
});
