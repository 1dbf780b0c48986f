import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as z from 'zod';
import { type RehearseOptions, rehearseCommand } from '../../../src/commands/rehearse.ts';
import { DOCUMENT_SCHEMAS } from '../../../tools/document-schemas.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { guideFolder } from '../../support/guide-folder.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { OPTIONS, testPorts } from '../../support/ports.ts';
import { type LabDouble, labClusters, labDouble } from '../../support/rehearsal-lab.ts';

const guide = guideFolder();
/** Nothing is measured: no packets flow in memory. */
const TEXT = (guide['clusters.yaml'] ?? '').replace(/^smoke:\n(?: .*\n?)+/m, 'smoke: {networks: none, defaultPodNetwork: []}\n');
const CHANGED = TEXT.replace('labels: {vn: vn1}', 'labels: {vn: vn1, team: a}');
const files = (text: string) => memoryFiles({ ...guide, 'clusters.yaml': text });
/** As the output of a parse, objects are closed: a member that no schema names is a fault. */
const fits = new Ajv2020({ allErrors: true }).compile(z.toJSONSchema(DOCUMENT_SCHEMAS['rehearse']!, { io: 'output' }));
const from = (text: string) => ({ ref: 'main', commit: '0123456789abcdef', files: files(text) });

interface Given extends Partial<Omit<RehearseOptions, 'lab'>> {
  text?: string;
  lab?: LabDouble;
  clusters?: ReturnType<typeof labClusters>;
  signal?: AbortSignal;
}

async function rehearsed({ text = TEXT, lab = labDouble(), clusters = labClusters(), signal, ...options }: Given = {}) {
  const checkout = files(text);
  const { connector } = clusters;
  const ports = testPorts(checkout, { clock: new FakeClock(), connector, ...(signal === undefined ? {} : { signal }) });
  const { document, conditions } = await rehearseCommand(ports, { ...OPTIONS, ...options, lab });
  expect([fits(JSON.parse(JSON.stringify(document))), fits.errors]).toEqual([true, null]);
  return { document, conditions, lab, clusters, checkout };
}

describe('a declaration', () => {
  test('is brought up, applied with the lab’s credentials, and taken down; the work tree stays as it is', async () => {
    const { document, conditions, lab, clusters, checkout } = await rehearsed();
    expect([document.outcome, document.reason, conditions]).toEqual(['passed', undefined, []]);
    expect(lab.asked).toEqual(['hold rehearsal-guide', 'up cluster2 from files', 'down']);
    expect(document).toMatchObject({ fleet: 'guide', rehearsed: ['cluster1', 'cluster2'], leftOut: [], emulated: true });
    expect([document.plan?.fleet, document.apply?.fleet, document.apply?.outcome]).toEqual(['guide', 'guide', 'done']);
    // Whether nodes have the labels that the vendor's files select is known in a lab.
    expect(document.findings.filter(({ rule }) => rule === 'E23')).toEqual([]);
    expect(document.took.map(({ part }) => part)).toEqual(['bring the lab up', 'apply', 'take the lab down']);
    expect(clusters.connected.every(({ name, kubeconfig }) => kubeconfig.includes(`canary-kubeconfig_${name}`))).toBe(true);
    expect(checkout.changes).toBe(0);
    const [up] = lab.ups;
    expect([up?.central.server, up?.distributed[0]?.server]).toEqual(['https://203.0.113.1:6443', 'https://203.0.113.2:6443']);
  });

  test('with an error is refused before there is a lab', async () => {
    const { document, conditions, lab } = await rehearsed({ text: TEXT.replace('10.234.128.0/17', '10.233.192.0/18') });
    expect([document.outcome, conditions, lab.asked]).toEqual(['refused', ['rule-broken'], []]);
    expect(document.findings.find(({ severity }) => severity === 'error')).toMatchObject({ file: 'clusters.yaml', rule: 'E1' });
  });

  test('is narrowed to the clusters that may be, and says what was left out', async () => {
    const { document, lab } = await rehearsed({ most: 1 });
    expect(lab.asked[1]).toBe('up  from files');
    expect([document.outcome, document.rehearsed]).toEqual(['passed', ['cluster1']]);
    expect(document.leftOut).toEqual([
      { cluster: 'cluster2', reason: '--max-clusters is 1, although it is part of what is rehearsed' },
    ]);
    const hosts = await rehearsed({ lab: labDouble({ room: 1 }) });
    expect(hosts.document.leftOut[0]?.reason).toMatch(/^this host has room for 1 cluster,/);
  });
});

describe('a change', () => {
  test('is applied onto what was declared before, and its plan is that of the change alone', async () => {
    const { document, conditions, lab } = await rehearsed({ text: CHANGED, from: from(TEXT) });
    expect([document.outcome, document.reason, conditions]).toEqual(['passed', undefined, []]);
    expect(lab.asked).toEqual(['hold rehearsal-guide', 'up cluster2 from files', 'up cluster2 from files', 'down']);
    const changes = document.plan?.clusters.flatMap((cluster) => cluster.changes.map(({ kind, name }) => `${kind} ${name}`));
    expect(changes?.length).toBeGreaterThan(0);
    expect(changes?.every((change) => /^VirtualNetwork(Router)? vn/.test(change))).toBe(true);
    expect(document).toMatchObject({ from: { ref: 'main' }, continuity: { intervalMs: 200, paths: [] } });
  });

  test('of nothing that is rendered needs no lab', async () => {
    const { document, conditions, lab } = await rehearsed({ text: `# a remark\n${TEXT}`, from: from(TEXT) });
    expect([document.outcome, conditions, lab.asked]).toEqual(['nothing', [], []]);
  });

  test.each([
    ['is not there', { ref: 'main', commit: 'c', files: memoryFiles({}) }, 'is not there at main'],
    ['has errors', from('kind: Fleet\n'), 'has errors at main'],
    ['is another fleet', from(TEXT.replace('name: guide', 'name: other')), 'main declares another fleet'],
  ])('from a commit whose declaration %s is brought up at once, and that is said', async (_, base, remark) => {
    const { document, lab } = await rehearsed({ from: base });
    expect([document.outcome, lab.asked.length]).toEqual(['passed', 3]);
    expect(document.remarks.join()).toContain(remark);
    expect(document.before).toBeUndefined();
  });

  test('that a rule of the plan refuses is refused, and says by which; no position of the lab’s own file is told', async () => {
    const refused = TEXT.replace('labels: {vn: vn1}', 'labels: {vn: elsewhere}');
    const { document, conditions, lab } = await rehearsed({
      text: `${refused}policy: {disruptive: refuse}\n`,
      from: from(`${TEXT}policy: {disruptive: refuse}\n`),
    });
    expect([document.outcome, conditions, lab.asked.at(-1)]).toEqual(['refused', ['rule-broken'], 'down']);
    const errors = document.findings.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ line }) => line)).toEqual(errors.map(() => undefined));
    expect(errors.length).toBeGreaterThan(0);
  });
});

describe('the lab goes', () => {
  test.each([
    ['hold', ['hold rehearsal-guide']],
    ['up', ['hold rehearsal-guide', 'up cluster2 from files', 'down']],
    ['down', ['hold rehearsal-guide', 'up cluster2 from files', 'down']],
  ] as const)('or its host says why not (%s)', async (fails, asked) => {
    const { document, conditions, lab } = await rehearsed({ lab: labDouble({ fails }) });
    expect([document.outcome, conditions, lab.asked]).toEqual(['failed', ['usage'], asked]);
    expect(document.reason).toContain(`the host cannot ${fails}`);
  });

  test('after an apply that failed, which names what did not come up', async () => {
    const { document, conditions, lab } = await rehearsed({ clusters: labClusters({ kubemanagerDown: true }) });
    expect([document.outcome, conditions, lab.asked.at(-1)]).toEqual(['failed', ['failed'], 'down']);
    expect(document.apply?.outcome).toBe('failed');
  });

  test('after a base that could not be brought up, whose reason is told', async () => {
    const clusters = labClusters({ kubemanagerDown: true });
    const { document, conditions, lab } = await rehearsed({ text: CHANGED, from: from(TEXT), clusters });
    expect([document.outcome, conditions, lab.asked.at(-1)]).toEqual(['failed', ['failed'], 'down']);
    expect(document.reason).toMatch(/^the base could not be brought up: /);
  });

  test('after an interruption, without waiting for what goes on', async () => {
    const stop = new AbortController();
    const { document, conditions, lab } = await rehearsed({
      lab: labDouble({ during: () => stop.abort() }),
      signal: stop.signal,
    });
    expect([document.outcome, document.reason, conditions, lab.asked.at(-1)]).toEqual(['failed', 'interrupted', [], 'down']);
  });

  test('after an error that nobody expects', async () => {
    const lab = labDouble({
      during: () => {
        throw new Error('surprise');
      },
    });
    await expect(rehearsed({ lab })).rejects.toThrow('surprise');
    expect(lab.asked.at(-1)).toBe('down');
  });
});
