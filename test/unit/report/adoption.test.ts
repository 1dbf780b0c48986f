import { expect, test } from '@jest/globals';
import type { Adoption } from '../../../src/model/adoption.ts';
import { PLAIN } from '../../../src/model/style.ts';
import { adoptionSentence, adoptionTitle } from '../../../src/report/adoption-words.ts';
import { adoptionMarkdown } from '../../../src/report/markdown/adoption.ts';
import { adoptionText } from '../../../src/report/text/adoption.ts';
import { documents } from '../../../src/verbs/drift/document.schema.ts';
import { renderedFaults } from '../../support/rendered-markdown.ts';
import { DRIFT } from '../../support/report-documents.ts';

const NOTHING: Adoption = { adopted: [], notAdopted: [], left: [], complete: true, files: [] };
const OBJECT = { cluster: 'cluster2', apiVersion: 'v1', kind: 'ConfigMap', namespace: 'contrail', name: 'x' };
const FULL: Adoption = {
  adopted: [{ ...OBJECT, file: 'clusters.yaml', paths: ['/distributed/0/patches'] }],
  notAdopted: [{ ...OBJECT, field: '/data/a', reason: 'is `odd` <b>', remedy: 'Ask @somebody.' }],
  left: [{ ...OBJECT, action: 'update', fields: ['/data/b'] }],
  complete: true,
  files: [{ file: 'clusters.yaml', diff: '@@ -1,1 +1,1 @@\n-a: 1\n+a: "```"\n' }],
};

test('the sentence says what was done, and what not', () => {
  expect(adoptionSentence(NOTHING)).toBe('nothing to adopt');
  expect(adoptionSentence({ ...FULL, notAdopted: [], left: [] })).toBe('1 object adopted into clusters.yaml; its plan is empty');
  expect(adoptionSentence(FULL)).toBe(
    '1 object adopted into clusters.yaml; 1 object not adopted or not as a whole; a plan of it still changes 1 object',
  );
  expect(adoptionSentence({ ...FULL, adopted: [], left: [], files: [], complete: false })).toBe(
    'nothing was adopted; 1 object not adopted or not as a whole; not every cluster could be compared again',
  );
});

test('the title names the clusters', () => {
  const on = (...clusters: string[]) => ({ adopted: clusters.map((cluster) => ({ ...FULL.adopted[0]!, cluster })) });
  expect(adoptionTitle(on('cluster2', 'cluster2'), (name) => name)).toBe('Adopt what drifted on cluster2');
  expect(adoptionTitle(on('a', 'b'), (name) => name)).toBe('Adopt what drifted on a and b');
  expect(adoptionTitle(on('a', 'b', 'c', 'd'), (name) => name)).toBe('Adopt what drifted on 4 clusters');
});

test('text and Markdown have each object, its remedy and the diff; foreign text stays text', () => {
  const text = adoptionText(FULL, PLAIN);
  for (const part of ['ConfigMap contrail/x on cluster2', '/distributed/0/patches', 'Ask @somebody.', '/data/b', '+a: "```"'])
    expect(text).toContain(part);
  const markdown = adoptionMarkdown(FULL, 7);
  expect(markdown).toContain('#7');
  expect(markdown).toContain('````diff');
  expect(renderedFaults(adoptionMarkdown(FULL, undefined))).toEqual([]);
  expect(markdown).not.toContain('<b>');
});

test('the document of drift --adopt has it', () => {
  const document = {
    ...DRIFT,
    findings: [],
    adoption: { ...FULL, pullRequest: { operation: 'created' as const, branch: 'b', number: 1 } },
  };
  expect(documents.drift.parse(document).adoption).toEqual(document.adoption);
  expect(documents.drift.safeParse({ ...document, adoption: { ...FULL, left: [{}] } }).success).toBe(false);
  expect(documents.drift.safeParse({ ...DRIFT, findings: [] }).success).toBe(true);
});
