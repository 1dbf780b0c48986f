import fc from 'fast-check';
import { namedRouter } from '../../src/declare/router-ref.ts';
import type { ApplyDocument } from '../../src/model/apply.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Connection, Fleet } from '../../src/model/fleet.ts';
import { GRANTS, type Grant } from '../../src/model/grant.ts';
import { STAGES } from '../../src/model/manifest.ts';
import type { Condition } from '../../src/model/outcome.ts';
import type { Change, FieldChange, Plan } from '../../src/model/plan.ts';
import type { SmokeDocument } from '../../src/model/smoke.ts';
import { printable } from '../../src/report/printable.ts';
import { VERDICTS } from '../../src/report/smoke-matrix.ts';
import { hostileText } from './hostile-text.ts';
import { pair } from './report-documents.ts';
import { hubSpoke, mesh, network, smokeFleet } from './smoke-fleet.ts';

/** Documents of every kind in which every text that comes from outside is hostile. */
const name = hostileText.map((text) => text.replaceAll('/', ':'));

const field: fc.Arbitrary<FieldChange> = fc.record(
  {
    path: hostileText,
    before: hostileText,
    after: fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<never>,
    conflictsWith: hostileText,
  },
  { requiredKeys: ['path'] },
);

const grant: fc.Arbitrary<Grant> = fc.record(
  { what: fc.constantFrom(...GRANTS), detail: hostileText, mark: fc.constantFrom('added' as const, 'removed' as const) },
  { requiredKeys: ['what', 'detail'] },
);

const KINDS = [
  ['v1', 'Namespace'],
  ['configplane.juniper.net/v1alpha1', 'Kubemanager'],
  ['core.contrail.juniper.net/v1alpha1', 'Subnet'],
  ['core.contrail.juniper.net/v1alpha1', 'VirtualNetwork'],
  ['core.contrail.juniper.net/v1alpha1', 'VirtualNetworkRouter'],
] as const;

const fleetShape = fc.record({
  fleet: name,
  clusters: fc.uniqueArray(name, { minLength: 2, maxLength: 5 }),
  networks: fc.array(fc.tuple(fc.nat(4), name, name), { maxLength: 10 }),
  connections: fc.array(fc.tuple(name, fc.boolean(), fc.nat(9), fc.integer({ min: 2, max: 8 })), { maxLength: 4 }),
});

/** A fleet whose networks and connections are on its own clusters, as a declaration that passed its rules would have it. */
const hostileFleet: fc.Arbitrary<Fleet> = fleetShape.map(({ fleet, clusters, networks, connections }) => {
  const base = smokeFleet();
  const [central = '', ...others] = clusters;
  const declared = networks.map(([at, namespace, own], index) =>
    network(`${clusters[at % clusters.length]}/${namespace}/${own}${index}`, '10.0.0.0/24'),
  );
  const ids = declared.map((each) => `${each.cluster}/${each.namespace}/${each.name}`);
  return {
    ...base,
    metadata: { name: fleet },
    central: { ...base.central, name: central },
    distributed: others.map((each, index) => ({ ...base.distributed[0]!, name: each, index, kubemanager: `k-${each}` })),
    networks: declared,
    connections: connections.map(([own, star, from, count], index): Connection => {
      const members = ids.slice(from, from + count);
      const made = star ? hubSpoke(`${own}${index}`, members.slice(0, 1), members.slice(1)) : mesh(`${own}${index}`, members);
      return { ...made, routers: Object.fromEntries(members.map((id, at) => [id, `r${index}-${at}`])) };
    }),
  };
});

/** A change of anything, or of something that the fleet declares. */
function changeOf(fleet: Fleet): fc.Arbitrary<Change> {
  const owners = [fleet.central.name, ...fleet.distributed.map((cluster) => cluster.name)];
  const own = (owner: string, namespace: string) =>
    owner === fleet.central.name ? namespace : `k-${owner}-${owner}-${namespace}`;
  const declared = [
    ...fleet.networks.map((each) => ({ kind: 3, owner: each.cluster, namespace: each.namespace, name: each.name })),
    ...fleet.connections.flatMap(({ routers }) =>
      Object.entries(routers).map(([id, router]) => ({
        kind: 4,
        owner: id.split('/')[0]!,
        namespace: id.split('/')[1]!,
        name: namedRouter(router).name,
      })),
    ),
  ];
  const subject = fc.oneof(
    fc.record({ kind: fc.nat(4), owner: fc.constantFrom(...owners), namespace: name, name }),
    ...(declared.length === 0 ? [] : [fc.constantFrom(...declared)]),
  );
  return fc
    .record({
      subject,
      action: fc.constantFrom<Change['action'][]>('create', 'update', 'delete', 'adopt', 'restart', 'replace'),
      stage: fc.constantFrom(...STAGES),
      predicted: fc.boolean(),
      fields: fc.array(field, { maxLength: 5 }),
      grants: fc.array(grant, { maxLength: 12 }),
    })
    .map(({ subject: { kind, owner, namespace, name: called }, ...rest }) => ({
      ...rest,
      apiVersion: KINDS[kind]![0],
      kind: KINDS[kind]![1],
      namespace: own(owner, namespace),
      name: called,
      for: owner,
    }));
}

/** A fleet and a plan of it. */
export const hostilePlan: fc.Arbitrary<{ fleet: Fleet; plan: Plan }> = hostileFleet.chain((fleet) => {
  const names = [fleet.central.name, ...fleet.distributed.map((cluster) => cluster.name)];
  const cluster = fc.record({
    status: fc.constantFrom('known' as const, 'known' as const, 'known' as const, 'unknown' as const),
    reason: hostileText,
    // Above ten, objects of one cluster are folded.
    changes: fc.oneof(
      { weight: 4, arbitrary: fc.array(changeOf(fleet), { maxLength: 4 }) },
      fc.array(changeOf(fleet), { minLength: 11, maxLength: 13 }),
    ),
  });
  return fc
    .record({
      parts: fc.array(cluster, { minLength: names.length, maxLength: names.length }),
      digest: hostileText,
      mode: fc.constantFrom('whole', 'whole', 'whole', 'offline', 'only'),
      emulated: fc.boolean(),
      vendor: fc.record({ asPublished: fc.boolean(), differs: fc.array(hostileText, { maxLength: 8 }) }),
    })
    .map(({ parts, digest, mode, emulated, vendor }) => ({
      fleet,
      plan: {
        schemaVersion: 1 as const,
        fleet: fleet.metadata.name,
        digest,
        index: digest,
        complete: mode !== 'offline' && parts.every(({ status }) => status === 'known'),
        ...(mode === 'offline' ? { offline: true } : {}),
        ...(mode === 'only' ? { only: names.slice(1) } : {}),
        emulated,
        vendor,
        clusters: parts.map((part, at) => ({
          ...part,
          name: names[at]!,
          role: at === 0 ? ('central' as const) : ('distributed' as const),
          requests: 1,
        })),
      },
    }));
});

export const hostileFindings: fc.Arbitrary<Finding[]> = fc.array(
  fc.record(
    {
      rule: hostileText,
      severity: fc.constantFrom('error' as const, 'warning' as const, 'info' as const),
      file: hostileText,
      line: fc.integer({ min: 1, max: 9_999 }),
      column: fc.integer({ min: 1, max: 200 }),
      cluster: hostileText,
      message: hostileText,
      remedy: hostileText,
      related: fc.array(fc.record({ file: hostileText, line: fc.constant(3), column: fc.constant(4), message: hostileText }), {
        maxLength: 3,
      }),
    },
    { requiredKeys: ['rule', 'severity', 'message', 'remedy'] },
  ),
  { maxLength: 8 },
);

const time = fc.double({ min: 0, max: 60_000, noNaN: true });
const endpoint = fc.record({ cluster: name, network: fc.oneof(fc.constant('default'), hostileText) });

/** Paths are as different as reports show them: names of a fleet are, and rules see to it. */
export const hostileSmoke: fc.Arbitrary<SmokeDocument> = fc.record(
  {
    schemaVersion: fc.constant(1 as const),
    fleet: hostileText,
    emulated: fc.boolean(),
    leftovers: fc.array(hostileText, { minLength: 1, maxLength: 3 }),
    pairs: fc.uniqueArray(
      fc
        .record({
          source: endpoint,
          target: endpoint,
          family: fc.constantFrom('v4' as const, 'v6' as const),
          expected: fc.constantFrom('reach' as const, 'block' as const, 'unspecified' as const),
          verdict: fc.constantFrom(...VERDICTS),
          sent: fc.nat(100),
          received: fc.nat(100),
          times: fc.option(fc.tuple(time, time, time)),
          reason: hostileText,
        })
        .map(({ times, ...path }) =>
          times === null ? path : { ...path, rttMs: { min: times[0], median: times[1], p95: times[2] } },
        ),
      {
        selector: ({ source, target, family }) =>
          JSON.stringify([source.cluster, source.network, target.cluster, target.network, family].map(printable)),
        maxLength: 12,
      },
    ),
    findings: hostileFindings,
  },
  { requiredKeys: ['schemaVersion', 'fleet', 'emulated', 'pairs'] },
);

export const hostileApply: fc.Arbitrary<{ document: ApplyDocument; conditions: Condition[] }> = fc.record({
  document: fc.record(
    {
      schemaVersion: fc.constant(1 as const),
      fleet: hostileText,
      outcome: fc.constantFrom(
        'done' as const,
        'nothing' as const,
        'stopped' as const,
        'rolled-back' as const,
        'failed' as const,
      ),
      reason: hostileText,
      emulated: fc.boolean(),
      steps: fc.array(
        fc.record(
          {
            cluster: hostileText,
            stage: hostileText,
            object: fc.oneof(hostileText, fc.constantFrom('gate', 'gate gone', 'gate Subnet')),
            result: fc.oneof(hostileText, fc.constantFrom('created', 'passed', 'failed')),
            seconds: fc.double({ min: 0, max: 999, noNaN: true }),
            reason: hostileText,
          },
          { requiredKeys: ['cluster', 'stage', 'object', 'result', 'seconds'] },
        ),
        { maxLength: 12 },
      ),
      smoke: fc
        .array(
          fc.tuple(
            name,
            name,
            fc.constantFrom('ok' as const, 'degraded' as const, 'unreachable' as const, 'not-run' as const),
            hostileText,
          ),
          { maxLength: 6 },
        )
        .map((pairs) => ({
          schemaVersion: 1 as const,
          fleet: 'guide',
          emulated: false,
          pairs: pairs.map(([from, to, verdict, reason]) =>
            pair({ cluster: from, network: to }, { cluster: to, network: from }, verdict, { reason }),
          ),
        })),
    },
    { requiredKeys: ['schemaVersion', 'fleet', 'outcome', 'steps'] },
  ) as fc.Arbitrary<ApplyDocument>,
  conditions: fc.subarray<Condition>([
    'interrupted',
    'usage',
    'locked',
    'not-approved',
    'failed',
    'smoke-failed',
    'unknown-cluster',
  ]),
});
