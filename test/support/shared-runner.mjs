import { closeSync, mkdirSync, openSync } from 'node:fs';
import { basename, join } from 'node:path';
import TestRunner from 'jest-runner';

/**
 * Runs test files that several processes share, each the next one that nobody has begun: so they end at about the same time, however long
 * each file takes. CN2_FLEET_TEST_CLAIMS is the folder in which they say what they have begun; without it one process runs all.
 */
export default class SharedRunner extends TestRunner {
  async runTests(tests, watcher, options) {
    const folder = process.env.CN2_FLEET_TEST_CLAIMS;
    if (folder === undefined) return await super.runTests(tests, watcher, options);
    mkdirSync(folder, { recursive: true });
    for (const test of tests) if (claimed(join(folder, basename(test.path)))) await super.runTests([test], watcher, options);
  }
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
