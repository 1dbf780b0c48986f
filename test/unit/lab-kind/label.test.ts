import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { labelControlPlane } from '../../../lab/kind/create.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'label-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A kubectl that the server refuses once, or always. */
function kubectl(refusals: 'once' | 'always'): string {
  const path = join(folder, 'kubectl');
  const refused = `echo 'connection refused' >&2; exit 1`;
  const body =
    refusals === 'always'
      ? refused
      : `if [ ! -e ${folder}/asked ]; then touch ${folder}/asked; ${refused}; fi\necho "$@" > ${folder}/done`;
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

test('a server that is away for a moment is asked again', async () => {
  await labelControlPlane(kubectl('once'), 'config', 'node1');
  expect(readFileSync(join(folder, 'done'), 'utf8')).toContain('label node node1 node-role.kubernetes.io/master=');
});

test('one that stays away is named with what it said', async () => {
  await expect(labelControlPlane(kubectl('always'), 'config', 'node1', 0)).rejects.toThrow('connection refused');
  expect(existsSync(join(folder, 'done'))).toBe(false);
});
