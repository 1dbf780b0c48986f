import { expect, test } from '@jest/globals';
import { terminalReporter } from '../../../src/adapters/terminal/reporter.ts';
import { PLAIN } from '../../../src/model/style.ts';
import type { Progress } from '../../../src/ports/reporter.ts';

const step = (state: 'running' | 'waiting' | 'done' | 'failed', detail?: string): Progress => ({
  type: 'step',
  key: 'cluster2/20',
  cluster: 'cluster2',
  stage: '20-deployer',
  text: 'gate',
  state,
  ...(detail === undefined ? {} : { detail }),
});

test('outside a terminal a step is a line when it ends, and while it waits for more than three seconds', () => {
  let text = '';
  let time = 0;
  const reporter = terminalReporter({ write: (part) => (text += part) }, PLAIN, () => time);
  reporter.progress(step('running'));
  reporter.progress(step('waiting', 'soon over'));
  time = 3000;
  reporter.progress(step('waiting', 'Deployment 0 of 1'));
  time = 5000;
  reporter.progress(step('waiting', 'soon over'));
  time = 7000;
  reporter.progress(step('waiting', 'Deployment 0 of 1'));
  reporter.progress(step('done'));
  expect(text).toBe('  … cluster2 20-deployer gate Deployment 0 of 1\n  ✓ cluster2 20-deployer gate 7.0 s\n');
});

test('on a terminal the running step is redrawn in place and leaves one line', () => {
  let text = '';
  const reporter = terminalReporter({ write: (part) => (text += part), columns: 40 }, PLAIN, () => 0);
  reporter.progress(step('running'));
  reporter.progress(step('failed', 'ImagePullBackOff on node worker-1, which is quite long'));
  reporter.close();
  expect(text).toContain(
    '\x1b[1A\x1b[J  ✗ cluster2 20-deployer gate 0.0 s  ImagePullBackOff on node worker-1, which is quite long\n',
  );
});
