import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import TestRunner from 'jest-runner';

/**
 * Runs test files that several processes share, each the next one that nobody has begun: so they end at about the same time, however long
 * each file takes. CN2_FLEET_TEST_CLAIMS is the folder in which they say what they have begun; without it one process runs all.
 * CN2_FLEET_TEST_FILES is how many files one process runs at most: modules of files that are done stay in its memory, and a process of
 * gigabytes takes long to collect garbage and to start others. Whoever started it looks whether anything is left.
 */
export default class SharedRunner extends TestRunner {
  async runTests(tests, watcher, options) {
    const folder = process.env.CN2_FLEET_TEST_CLAIMS;
    if (folder === undefined) return await super.runTests(tests, watcher, options);
    mkdirSync(folder, { recursive: true });
    let left = Number(process.env.CN2_FLEET_TEST_FILES ?? tests.length);
    for (const test of tests) {
      if (left <= 0) return;
      if (!claimed(join(folder, nameOf(test.path)))) continue;
      left -= 1;
      await super.runTests([test], watcher, options);
    }
  }
}

/** Unit tests of two folders may have one name. */
function nameOf(path) {
  return path.slice(path.lastIndexOf('/test/') + 1).replaceAll('/', '.');
}

/** Whether this process is the first that wants the file. */
function claimed(path) {
  try {
    closeSync(openSync(path, 'wx'));
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}
