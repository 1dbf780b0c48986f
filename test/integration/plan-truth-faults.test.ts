import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createOnly } from '../../src/apply/write.ts';
import { CORE } from '../../src/cn2/names.ts';
import type { Resource } from '../../src/model/kubernetes.ts';
import { approve, isSubset } from '../../src/plan/approval.ts';
import { ADMISSION } from '../../src/plan/rewritten.ts';
import { ClusterError } from '../../src/ports/cluster.ts';
import { allFieldsOf as allOf, driftsOf, type Edit, GuideServers, labelEdit } from '../support/guide-servers.ts';
import { unlocked } from '../support/planning.ts';

function core(kind: string, plural: string): Resource {
  return { group: CORE, version: 'v1alpha1', kind, plural, namespaced: true };
}
const NETWORKS = core('VirtualNetwork', 'virtualnetworks');
const SUBNETS = core('Subnet', 'subnets');
const VN1 = { resource: NETWORKS, namespace: 'ns1', name: 'vn1' };
const ADMISSIONS = 'admissionregistration.k8s.io';

let guide: GuideServers;

beforeAll(async () => {
  guide = await GuideServers.start();
  expect(allOf(await guide.look())).toEqual([]);
}, 240_000);

afterAll(async () => {
  await guide?.[Symbol.asyncDispose]();
});

/** An admission of the server itself, which sets the label of its name on VirtualNetworks on every write. */
async function admission(name: string, expression: string): Promise<AsyncDisposable> {
  const policies = {
    group: ADMISSIONS,
    version: 'v1',
    kind: 'MutatingAdmissionPolicy',
    plural: 'mutatingadmissionpolicies',
    namespaced: false,
  };
  const bindings = { ...policies, kind: 'MutatingAdmissionPolicyBinding', plural: 'mutatingadmissionpolicybindings' };
  const rules = [{ apiGroups: [CORE], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources: ['virtualnetworks'] }];
  const apiVersion = `${ADMISSIONS}/v1`;
  await guide.central.create(policies, {
    apiVersion,
    kind: policies.kind,
    metadata: { name },
    spec: {
      matchConstraints: { resourceRules: rules },
      failurePolicy: 'Fail',
      reinvocationPolicy: 'Never',
      mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression } }],
    },
  });
  await guide.central.create(bindings, { apiVersion, kind: bindings.kind, metadata: { name }, spec: { policyName: name } });
  const remove = async () => {
    await guide.central.delete({ resource: bindings, name });
    await guide.central.delete({ resource: policies, name });
    await labelled(name, false);
  };
  try {
    await labelled(name, true);
  } catch (error) {
    await remove();
    throw error;
  }
  return { [Symbol.asyncDispose]: remove };
}

/**
 * Until the server has taken an admission up, or let it go: a dry-run of a new network tells by its label. Of kinds that are new the
 * server learns the fields once a minute, and answers 503 until it knows them.
 */
async function labelled(key: string, wanted: boolean): Promise<void> {
  const probe = {
    apiVersion: `${CORE}/v1alpha1`,
    kind: 'VirtualNetwork',
    metadata: { namespace: 'ns1', name: 'probe', labels: { probe: 'x' } },
  };
  for (let attempt = 0; attempt < 900; attempt++) {
    const answer = await guide.central.apply(NETWORKS, probe, { fieldManager: 'probe', dryRun: true }).catch(notYet);
    if (answer !== undefined && (answer.metadata.labels?.[key] !== undefined) === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the admission of ${key} is not as it should be`);
}

function notYet(error: unknown): undefined {
  if (!(error instanceof ClusterError) || error.cause !== 'unavailable') throw error;
}

function place({ namespace, name }: { namespace: string; name: string }) {
  return { namespace, name };
}

const COUNT = `[JSONPatch{op: "add", path: "/metadata/labels/stamp", value: oldObject != null && has(oldObject.metadata.labels) && "stamp" in oldObject.metadata.labels ? string(int(oldObject.metadata.labels["stamp"]) + 1) : "1"}]`;
const REWRITE = `[JSONPatch{op: "add", path: "/metadata/labels/tier", value: "silver"}]`;

describe('admissions', () => {
  test('what one stamps on every write is no part of the approval', async () => {
    await using _ = await admission('stamp', COUNT);
    const edit = [labelEdit('VirtualNetwork', 'vn1', 'wanted', 'yes')];
    const looked = await guide.look(edit);
    expect(allOf(looked)).toEqual([['update VirtualNetwork ns1/vn1', [['/metadata/labels/wanted', null]]]]);
    const approved = approve(looked.plan);
    // Somebody else writes, and the stamp moves.
    const note = {
      apiVersion: `${CORE}/v1alpha1`,
      kind: 'VirtualNetwork',
      metadata: { ...place(VN1), annotations: { note: 'x' } },
    };
    await guide.central.apply(NETWORKS, note, { fieldManager: 'somebody' });
    const stamp = (await guide.central.get(VN1))?.metadata.labels?.['stamp'];
    expect(Number(stamp)).toBeGreaterThan(0);
    expect(isSubset((await guide.look(edit)).plan, approved)).toEqual({ ok: true });
    await guide.apply(edit);
    expect(Number((await guide.central.get(VN1))?.metadata.labels?.['stamp'])).toBeGreaterThan(Number(stamp));
    expect(allOf(await guide.look(edit))).toEqual([]);
    await guide.apply();
  }, 180_000);

  test('a declared value that one rewrites is drift each time, in its words', async () => {
    const edit = [labelEdit('VirtualNetwork', 'vn1', 'tier', 'gold')];
    await using _ = await admission('tier', REWRITE);
    await guide.apply(edit);
    expect((await guide.central.get(VN1))?.metadata.labels?.['tier']).toBe('silver');
    for (let round = 0; round < 2; round++) {
      const looked = await guide.look(edit);
      expect(looked.plan.clusters[0]!.changes.map(({ action, fields }) => [action, fields])).toEqual([
        ['update', [{ path: '/metadata/labels/tier', before: 'silver', after: 'gold', conflictsWith: ADMISSION }]],
      ]);
      expect(driftsOf(looked)).toEqual([['VirtualNetwork', 'conflict', ADMISSION]]);
      await guide.apply(edit);
    }
  }, 180_000);
});

describe('records of ownership that are lost', () => {
  test('an undeclared object is named with what to do, a declared one is adopted', async () => {
    await guide.apply();
    const live = (await guide.central.get(VN1))!;
    await guide.central.replaceManagedFields(VN1, {
      uid: live.metadata.uid!,
      resourceVersion: live.metadata.resourceVersion!,
      managedFields: [{} as never],
    });
    expect((await guide.central.get(VN1))?.metadata.managedFields).toBeUndefined();
    const gone: Edit = { kind: 'VirtualNetwork', name: 'vn1', to: () => undefined };
    const looked = await guide.look([gone]);
    expect(allOf(looked)).toEqual([]);
    expect(looked.findings.filter(({ rule }) => rule === 'removal')).toMatchObject([
      {
        severity: 'warning',
        cluster: 'cluster1',
        message: expect.stringMatching(
          /^VirtualNetwork ns1\/vn1 (of|on) cluster1 carries the marks of this fleet, is not declared/,
        ),
        remedy: expect.stringContaining('kubectl delete virtualnetwork vn1 -n ns1'),
      },
    ]);
    expect(allOf(await guide.look())).toEqual([['adopt VirtualNetwork ns1/vn1', []]]);
    await guide.apply();
    const adopted = await guide.look();
    expect(allOf(adopted)).toEqual([]);
    expect(adopted.findings.filter(({ rule }) => rule === 'removal')).toEqual([]);
    expect(
      (await guide.central.get(VN1))?.metadata.managedFields?.find(({ manager }) => manager === 'before-first-apply')?.fieldsV1 ??
        {},
    ).not.toHaveProperty('f:spec');
  });
});

describe('an object that is being deleted', () => {
  test('is planned again, and the plan says what holds it', async () => {
    const target = { resource: SUBNETS, namespace: 'ns1', name: 'subnet1' };
    const held = {
      apiVersion: `${CORE}/v1alpha1`,
      kind: 'Subnet',
      metadata: { ...place(target), finalizers: ['example.com/held'] },
    };
    await guide.central.apply(SUBNETS, held, { fieldManager: 'somebody' });
    await guide.central.delete(target);
    const looked = await guide.look();
    expect(allOf(looked)).toMatchObject([['create Subnet ns1/subnet1?', expect.anything()]]);
    expect(looked.findings.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^Subnet ns1\/subnet1 .*is being deleted \(since 20.*\), held by finalizer example.com\/held$/),
    );
    const { object } = guide.desired.find(({ object: { kind, metadata } }) => kind === 'Subnet' && metadata.name === 'subnet1')!;
    await expect(createOnly(unlocked(guide.central), SUBNETS, object)).rejects.toThrow(
      /is being deleted \(since .*held by finalizer example.com\/held/,
    );
    await guide.central.apply(SUBNETS, { ...held, metadata: place(target) }, { fieldManager: 'somebody' });
    await createOnly(unlocked(guide.central), SUBNETS, object);
    expect(allOf(await guide.look())).toEqual([]);
  });
});

describe('names that every JavaScript object inherits', () => {
  test.each(['constructor', 'toString', 'valueOf', 'hasOwnProperty'])('label %s', async (key) => {
    const edit = [labelEdit('VirtualNetwork', 'vn1', key, 'x')];
    expect(allOf(await guide.look(edit))).toEqual([['update VirtualNetwork ns1/vn1', [[`/metadata/labels/${key}`, null]]]]);
    await guide.apply(edit);
    expect(allOf(await guide.look(edit))).toEqual([]);
    const foreign = {
      apiVersion: `${CORE}/v1alpha1`,
      kind: 'VirtualNetwork',
      metadata: { ...place(VN1), labels: { [key]: 'y' } },
    };
    await guide.central.apply(NETWORKS, foreign, { fieldManager: 'somebody', force: true });
    expect(driftsOf(await guide.look(edit))).toEqual([['VirtualNetwork', 'conflict', 'somebody']]);
    await guide.apply(edit);
    await guide.apply();
    expect(allOf(await guide.look())).toEqual([]);
  });

  test('field __proto__', async () => {
    const edit: Edit = {
      kind: 'VirtualNetwork',
      name: 'vn1',
      to: (object) => ({ ...object, spec: { ...(object['spec'] as object), ...JSON.parse('{"__proto__":{"a":"x"}}') } }),
    };
    const looked = await guide.look([edit]);
    expect(allOf(looked)).toEqual([['update VirtualNetwork ns1/vn1', [['/spec/__proto__/a', null]]]]);
    await guide.apply([edit]);
    expect(allOf(await guide.look([edit]))).toEqual([]);
    await guide.apply();
    expect(allOf(await guide.look())).toEqual([]);
  });
});
