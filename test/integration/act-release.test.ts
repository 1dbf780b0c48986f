import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ensureBinaries } from '../../lab/binaries/binaries.ts';
import { runWorkflow, type WorkflowRun } from '../../lab/github/workflow-run.ts';
import { REPOSITORY, VERSION } from '../../src/version.ts';
import { releaseNotes } from '../../tools/change-log.ts';
import { NO_ACT } from '../support/act-repository.ts';

const ROOT = join(import.meta.dirname, '../..');
const WORKFLOW = '.github/workflows/release.yml';
const NOTES = releaseNotes(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'), VERSION);

/** The release of this checkout as it is now, as far as it needs no GitHub: the first job of the workflow, on a tag of its version. */
(NO_ACT === undefined ? describe : describe.skip)('a tag becomes a package', () => {
  let folder: string;
  let sha: string;
  let run: WorkflowRun;
  const released = (name = '') => join(folder, 'artifacts/release', name);

  beforeAll(async () => {
    const { act } = await ensureBinaries(['act']);
    folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-release-'));
    const source = join(folder, 'server', REPOSITORY);
    // A repository with the files that git knows or would add: nothing is copied, and the one of this checkout is left alone.
    const git = (...words: string[]) => {
      const about = [
        '-c',
        'user.name=test',
        '-c',
        'user.email=test@example.test',
        `--git-dir=${source}/.git`,
        `--work-tree=${ROOT}`,
      ];
      return execFileSync('git', [...about, ...words], { cwd: ROOT, encoding: 'utf8' }).trim();
    };
    execFileSync('git', ['init', '--quiet', source]);
    git('add', '--all');
    git('commit', '--quiet', '-m', 'All of it');
    git('tag', `v${VERSION}`);
    sha = git('rev-parse', 'HEAD');
    run = await runWorkflow({
      act,
      source,
      workflow: WORKFLOW,
      job: 'package',
      event: { name: 'push', payload: { ref: `refs/tags/v${VERSION}`, after: sha, repository: { default_branch: 'main' } } },
      repository: REPOSITORY,
      addresses: { server: pathToFileURL(join(folder, 'server')).href, api: 'http://127.0.0.1:1', graphql: 'http://127.0.0.1:1' },
      token: 'not-a-token',
      // What the lock file names is here already, so that no registry is asked.
      environment: { NODE_MODULES: join(ROOT, 'node_modules'), ARTIFACTS: join(folder, 'artifacts') },
    });
  }, 300_000);

  afterAll(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  test('each step of the job succeeds', () => {
    expect(run.result === 'success' ? [] : [...run.log, ...run.words]).toEqual([]);
    expect(run.jobs).toEqual({ package: 'success' });
  });

  test('what is kept is the package, the program as one file, and the notes of this version', () => {
    expect(readdirSync(released()).sort()).toEqual([`cn2-fleet-${VERSION}.tgz`, 'cn2-fleet.mjs', 'release-notes.md']);
    expect(readFileSync(released('release-notes.md'), 'utf8').trim()).toBe(NOTES);
  });

  test('both are of the tagged commit, and the package has the bundle that is checked in', () => {
    const version = execFileSync(process.execPath, [released('cn2-fleet.mjs'), '--version'], { encoding: 'utf8' });
    expect(version).toBe(`cn2-fleet ${VERSION} (commit ${sha})\n`);
    const packed = (path: string) =>
      execFileSync('tar', ['-xOzf', released(`cn2-fleet-${VERSION}.tgz`), `package/${path}`], { maxBuffer: 64 * 1024 * 1024 });
    expect(packed('commit.txt').toString().trim()).toBe(sha);
    for (const path of ['dist/main.mjs', 'dist/cn2-fleet.mjs', 'action.yml'])
      expect(packed(path).equals(readFileSync(join(ROOT, path)))).toBe(true);
  });

  test('its summary shows notes and checksums to whoever approves the release', () => {
    const summary = run.summaries.map(({ markdown }) => markdown).join('');
    expect(summary).toContain(NOTES);
    for (const name of readdirSync(released()))
      expect(summary).toContain(
        `${createHash('sha256')
          .update(readFileSync(released(name)))
          .digest('hex')}  ${name}`,
      );
  });
});

test('a tag that is not that of the version is refused', () => {
  const { status, stderr } = spawnSync(process.execPath, ['tools/release-notes.ts', 'v99.0.0'], { cwd: ROOT, encoding: 'utf8' });
  expect([status, stderr]).toEqual([1, expect.stringContaining('the tag v99.0.0 is not that of the version in package.json')]);
});
