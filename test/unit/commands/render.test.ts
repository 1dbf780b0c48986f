import { expect, test } from '@jest/globals';
import { renderCommand } from '../../../src/commands/render.ts';
import { guideFolder } from '../../support/guide-folder.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { OPTIONS, testPorts } from '../../support/ports.ts';

const options = { ...OPTIONS, check: false };

test('renders the guide once, then has nothing to do', async () => {
  const files = memoryFiles(guideFolder());
  const first = await renderCommand(testPorts(files), options);
  expect(first.conditions).toEqual([]);
  expect(first.document.created).toContain('cluster1/40-kubemanager/kubemanager.contrail.kubemanager-cluster2.yaml');
  const second = await renderCommand(testPorts(files), options);
  expect(second.document).toMatchObject({ created: [], updated: [], removed: [], unchanged: first.document.created.length });
  expect(files.changes).toBe(1);
});

test('--check writes nothing and says that it would', async () => {
  const files = memoryFiles(guideFolder());
  const { conditions, document } = await renderCommand(testPorts(files), { ...options, check: true });
  expect(conditions).toEqual(['not-approved']);
  expect(document.created).toContain('index.json');
  expect(files.changes).toBe(0);
});

test('a removed network takes its files away and nothing else', async () => {
  const files = memoryFiles(guideFolder());
  await renderCommand(testPorts(files), options);
  files.files['rendered/plan.json'] = '{}';
  files.files['clusters.yaml'] = files.files['clusters.yaml']!.replace(/^.*name: vn4.*\n/m, '');
  const { document, conditions } = await renderCommand(testPorts(files), options);
  expect(conditions).toEqual([]);
  expect(document.removed.map((path) => path.split('/').at(-1))).toEqual([
    'subnet.kubemanager-cluster2-cluster2-alone.subnet4.yaml',
    'virtualnetwork.kubemanager-cluster2-cluster2-alone.vn4.yaml',
  ]);
  expect(files.files['rendered/plan.json']).toBe('{}');
});

test('a file edited by hand is named with its line and not overwritten', async () => {
  const files = memoryFiles(guideFolder());
  await renderCommand(testPorts(files), options);
  const path = 'rendered/cluster1/40-kubemanager/kubemanager.contrail.kubemanager-cluster2.yaml';
  files.files[path] = files.files[path]!.replace('19446', '19499');
  const line = files.files[path]!.split('\n').findIndex((text) => text.includes('19499')) + 1;
  const { document, conditions } = await renderCommand(testPorts(files), options);
  expect(conditions).toEqual(['not-approved']);
  expect(document.findings.filter(({ severity }) => severity === 'error')).toMatchObject([
    { rule: 'rendered', file: path, line },
  ]);
  expect(files.files[path]).toContain('19499');
});

test('nothing is written beside an error', async () => {
  const files = memoryFiles(guideFolder());
  files.files['clusters.yaml'] = files.files['clusters.yaml']!.replace('10.234.128.0/17', '10.233.192.0/18');
  const { document, conditions } = await renderCommand(testPorts(files), options);
  expect(conditions).toEqual(['rule-broken']);
  expect(document.findings.map(({ rule }) => rule)).toContain('E1');
  expect(files.changes).toBe(0);
});

test('a file that render did not write: a warning, and where apply would refuse it, an error of --check', async () => {
  const files = memoryFiles(guideFolder());
  await renderCommand(testPorts(files), options);
  files.files['rendered/notes.txt'] = 'mine';
  const place = { rule: 'rendered', file: 'rendered/notes.txt', line: 1 };
  const checked = await renderCommand(testPorts(files), { ...options, check: true });
  expect(checked.conditions).toEqual(['not-approved']);
  expect(checked.document.findings).toContainEqual(expect.objectContaining({ ...place, severity: 'error' }));
  const again = await renderCommand(testPorts(files), options);
  expect(again.conditions).toEqual([]);
  expect(again.document.findings).toContainEqual(expect.objectContaining({ ...place, severity: 'warning' }));
  expect(files.files['rendered/notes.txt']).toBe('mine');
});
