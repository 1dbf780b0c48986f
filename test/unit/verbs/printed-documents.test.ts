import { beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as z from 'zod';
import { noJob } from '../../../src/adapters/actions/job.ts';
import { workflowTemplates } from '../../../src/adapters/node/workflow-templates.ts';
import { parseCommandLine } from '../../../src/cli/arguments.ts';
import type { Forge } from '../../../src/ports/forge.ts';
import { VERBS } from '../../../src/verbs/all.ts';
import type { AnyDocument, DocumentVerb } from '../../../src/verbs/verb.ts';
import { DOCUMENT_SCHEMAS } from '../../../tools/document-schemas.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { guideFolder } from '../../support/guide-folder.ts';
import { elementsOf, junitFaults, readXml } from '../../support/junit-report.ts';
import type { MemoryCluster } from '../../support/memory-cluster.ts';
import { memoryCn2 } from '../../support/memory-cn2.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { forgeOf, repositoryOf } from '../../support/memory-forge.ts';
import { MemoryHub } from '../../support/memory-hub.ts';
import { OPTIONS, testPorts } from '../../support/ports.ts';
import { readMetrics } from '../../support/prometheus-text.ts';
import { labDouble } from '../../support/rehearsal-lab.ts';
import { credential } from '../../support/trust-fleet.ts';

const hub = new MemoryHub();
const cn2 = memoryCn2();
/** By the name of the schema file, all that were printed. */
const printed = new Map<string, AnyDocument[]>();

/** What a variable that the guide names holds. */
function content(variable: string): string {
  return variable === 'CN2_PULL_SECRET'
    ? JSON.stringify({ auths: { 'lab.local': { auth: btoa('lab:x') } } })
    : credential(variable);
}

/** Runs a command in a checkout of main, its clusters in memory; what it leaves in the folder is committed. */
async function run(words: string, { credentials = true, declared = true } = {}): Promise<void> {
  const invocation = parseCommandLine(words.split(' '));
  if ('help' in invocation || 'alone' in invocation.verb) throw new Error('a verb with a document is wanted');
  const files = memoryFiles({ ...hub.main.files });
  if (!declared) delete files.files['clusters.yaml'];
  const clusters = {
    credentials: {
      resolve: async (ref: object) => ({ status: 'ok' as const, value: content('env' in ref ? String(ref.env) : '') }),
    },
    connector: { connect: (name: string) => cn2.clusters.get(name) as MemoryCluster },
  };
  // Without a check: the pull request is not the tool's.
  const forge = Object.assign(Object.create(forgeOf(hub)) as Forge, { whoami: async () => 'mona' });
  const origin = {
    repository: { owner: 'acme', name: 'fleet' },
    serverUrl: 'https://github.com',
    event: '',
    sha: hub.main.sha,
    order: { run: 1, attempt: 1 },
  };
  const { run: work } = await invocation.verb.work();
  const { document } = await work({
    invocation,
    ports: testPorts(files, { clock: new FakeClock(), ...(credentials ? clusters : {}) }),
    options: { ...OPTIONS, local: (path) => path },
    around: {
      job: noJob,
      repository: repositoryOf(hub.main),
      workflows: workflowTemplates,
      checkout: async () => ({ rehearsalLab: () => labDouble() }),
      past: async () => ({ commit: hub.main.sha, files: memoryFiles({ ...hub.main.files }) }),
      ...(invocation.verb.github?.writes === 'always' ? { github: { forge, origin } } : {}),
    },
  });
  const name = invocation.verb.name === 'validate' ? 'findings' : invocation.verb.name;
  printed.set(name, [...(printed.get(name) ?? []), document]);
  if (files.changes > 0) hub.push('main', files.files);
}

beforeAll(async () => {
  const labels = { 'node-role.kubernetes.io/master': '' };
  cn2.distributed.put({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node1', labels } });
  const guide = guideFolder();
  const text = guide['clusters.yaml'] ?? '';
  const files = { ...guide, 'clusters.yaml': text.replace(/^smoke:\n(?: .*\n?)+/m, '') };
  hub.move('main', hub.commit({ parents: [], files, message: 'the guide' }).sha);
  for (const words of ['validate', 'validate --live', 'plan', 'plan --offline', 'propose']) await run(words);
  hub.merge(hub.branches.get('cn2-fleet/guide') ?? '', 'merge');
  for (const words of ['drift', 'apply', 'apply', 'drift', 'plan']) await run(words);
  const gone = cn2.central.all().find(({ kind }) => kind === 'VirtualNetwork')?.metadata;
  cn2.central.remove('VirtualNetwork', gone?.namespace, gone?.name ?? '');
  await run('drift');
  // Nothing answers from here on.
  for (const words of ['plan', 'drift', 'apply']) await run(words, { credentials: false });
  hub.push('main', { 'clusters.yaml': text });
  await run('render --check');
  await run('render');
  for (const words of ['smoke', 'diagnose']) await run(words, { credentials: false });
  for (const words of ['diagnose', 'diagnose --pair cluster1/ns1/vn1,cluster2']) await run(words);
  hub.push('main', { 'clusters.yaml': text.replace('10.234.128.0/17', '10.233.192.0/18') });
  for (const words of ['validate', 'render', 'plan', 'apply', 'propose']) await run(words);
  hub.push('main', { 'rendered/index.json': '{}\n' });
  for (const words of ['smoke', 'diagnose', 'doctor']) await run(words);
  await run('init');
  await run('doctor', { credentials: false });
  const clusters = '--central cluster1=env:KUBECONFIG_CLUSTER1 --distributed cluster2=env:KUBECONFIG_CLUSTER2';
  await run(`import ${clusters}`, { declared: false });
  const common = {
    containers: [{ name: 'contrail-k8s-kubemanager', image: 'hub.juniper.net/cn2/contrail-k8s-kubemanager:22.2.0.93' }],
  };
  cn2.central.put({
    apiVersion: 'configplane.juniper.net/v1alpha1',
    kind: 'Kubemanager',
    metadata: { name: 'contrail-k8s-kubemanager', namespace: 'contrail' },
    spec: { common },
  });
  await run(`import ${clusters} --manifests cn2/22.2`, { declared: false });
  for (const words of ['rehearse', 'rehearse --from main --max-clusters 1']) await run(words);
  for (const words of ['explain E1', 'explain lock', 'explain E99']) await run(words);
});

describe('what commands print is what their schemas say, and nothing else', () => {
  test('every command that has a document was run', () => {
    const stored = ['approved-plan'];
    expect([...printed.keys(), ...stored].sort()).toEqual(Object.keys(DOCUMENT_SCHEMAS).sort());
  });

  test.each(Object.keys(DOCUMENT_SCHEMAS).filter((name) => name !== 'approved-plan'))('%s', (name) => {
    // As the output of a parse, objects are closed: a member that no schema names is a fault.
    const validate = new Ajv2020({ allErrors: true }).compile(z.toJSONSchema(DOCUMENT_SCHEMAS[name]!, { io: 'output' }));
    const documents = printed.get(name) ?? [];
    expect(documents.length).toBeGreaterThan(0);
    for (const document of documents) {
      validate(JSON.parse(JSON.stringify(document)));
      expect(validate.errors).toBeNull();
      expect(validate({ ...document, later: 1 })).toBe(false);
    }
  });

  test('those of smoke as JUnit XML and as metrics, those of drift as metrics', async () => {
    const shownAs = async (command: string, format: 'junit' | 'prometheus') => {
      const verb = VERBS.find(({ name }) => name === command) as DocumentVerb;
      const { shown } = await verb.work();
      return printed.get(command)!.map((document) => shown[format]!(document));
    };
    const reports = (await shownAs('smoke', 'junit')).map(readXml);
    expect(reports.flatMap(junitFaults)).toEqual([]);
    expect(reports.map((report) => elementsOf(report, 'error').length > 0)).toContain(true);
    expect(reports.map((report) => elementsOf(report, 'skipped').length > 0)).toContain(true);
    for (const text of [...(await shownAs('smoke', 'prometheus')), ...(await shownAs('drift', 'prometheus'))])
      expect(readMetrics(text).samples.size).toBeGreaterThan(5);
  });

  test('findings are among them, and changes that were found', () => {
    const seen = (name: string, has: (document: AnyDocument) => boolean) => (printed.get(name) ?? []).filter(has).length;
    for (const name of ['findings', 'plan', 'propose', 'drift', 'apply', 'smoke', 'import'])
      expect([name, seen(name, ({ findings = [] }) => findings.length > 0) > 0]).toEqual([name, true]);
    const changed = ({ clusters = [] }: AnyDocument) =>
      (clusters as readonly { changes?: unknown[] }[]).some(({ changes = [] }) => changes.length > 0);
    for (const name of ['plan', 'propose', 'drift']) expect([name, seen(name, changed) > 0]).toEqual([name, true]);
  });
});
