import { describe, expect, test } from '@jest/globals';
import { LiveMatrix } from '../../../src/adapters/terminal/live-matrix.ts';
import { terminalReporter } from '../../../src/adapters/terminal/reporter.ts';
import { PLAIN } from '../../../src/model/style.ts';
import type { Progress, ProgressPath } from '../../../src/ports/reporter.ts';

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

describe('the matrix of a smoke test', () => {
  const path = (source: string, target: string): ProgressPath => ({
    source: { cluster: source, network: 'default' },
    target: { cluster: target, network: 'default' },
    family: 'v4',
  });
  const paths = [path('cluster1', 'cluster2'), path('cluster2', 'cluster1')];

  test('fills in on a terminal, and is gone when it is over', () => {
    const written: string[] = [];
    const reporter = terminalReporter({ write: (text) => void written.push(text), columns: 80 }, PLAIN, () => 0);
    reporter.progress({ type: 'paths', paths });
    expect(written.join('')).toBe('  cluster1 – ·\n  cluster2 · –\n');
    reporter.progress({ type: 'path', path: paths[0]!, state: 'as-declared' });
    reporter.progress({ type: 'path', path: paths[1]!, state: 'not-as-declared' });
    written.length = 0;
    reporter.progress({ type: 'note', text: 'a note' });
    expect(written.join('')).toBe('\x1b[2A\x1b[Ja note\n  cluster1 – ✓\n  cluster2 ✗ –\n');
    reporter.progress({ type: 'paths', paths: [] });
    written.length = 0;
    reporter.close();
    expect(written).toEqual([]);
  });

  test('is nothing in a log', () => {
    const written: string[] = [];
    const reporter = terminalReporter({ write: (text) => void written.push(text) }, PLAIN, () => 0);
    reporter.progress({ type: 'paths', paths });
    reporter.progress({ type: 'path', path: paths[0]!, state: 'unknown' });
    reporter.close();
    expect(written).toEqual([]);
  });

  test('rolls up to clusters where networks are too many, the worst first', () => {
    const ends = Array.from({ length: 30 }, (_, at) => ({ cluster: `c${at % 3}`, network: `ns/vn${at}` }));
    const all = ends.flatMap((source) =>
      ends.filter((target) => target !== source).map((target): ProgressPath => ({ source, target, family: 'v4' })),
    );
    const matrix = new LiveMatrix(PLAIN);
    matrix.begin(all);
    for (const each of all) matrix.set(each, 'as-declared');
    matrix.set(all.find(({ source, target }) => source.cluster === 'c0' && target.cluster === 'c1')!, 'not-as-declared');
    expect(matrix.lines(80)).toEqual(['  c0       ✓ ✗ ✓', '  c1       ✓ ✓ ✓', '  c2       ✓ ✓ ✓']);
    for (const line of matrix.lines(30)) expect(line.length).toBeLessThanOrEqual(30);
  });
});
