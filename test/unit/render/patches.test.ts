import { describe, expect, test } from '@jest/globals';
import { releaseFacts } from '../../../src/cn2/releases.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { PLAIN } from '../../../src/model/style.ts';
import { offlinePlan } from '../../../src/plan/offline.ts';
import { withoutViews } from '../../../src/plan/views.ts';
import { readCommitted } from '../../../src/render/committed.ts';
import { patchedFolder } from '../../../src/render/patches.ts';
import { render } from '../../../src/render/render.ts';
import { planMarkdown } from '../../../src/report/markdown/plan.ts';
import { planText } from '../../../src/report/text/plan.ts';
import { judgeManifests } from '../../../src/rules/judge.ts';
import { GUIDE, guideDeclaration, replaced, THREE_CLUSTERS } from '../../support/guide-fleet.ts';
import { smallRelease } from '../../support/small-release.ts';
import { edited, placeOf, VROUTER } from '../../support/vendor-faults.ts';
import { EVERY_KEY, everyKeyFiles } from '../rules/guide.ts';

const VROUTERS = '{kind: Vrouter, name: contrail-vrouter-masters, namespace: contrail, merge: ';
const patched = (patches: string, text = GUIDE) =>
  replaced(text, '    index: 0\n', `    index: 0\n    patches:\n      - ${patches}\n`);

function rendered(text: string, vendorFiles = smallRelease()) {
  return render({ declaration: guideDeclaration(text), vendorFiles });
}

function findingsOf(text: string, vendorFiles = smallRelease()): Finding[] {
  const { tree, findings } = rendered(text, vendorFiles);
  expect(tree === undefined).toBe(findings.some(({ severity }) => severity === 'error'));
  return findings;
}

function specOf(text: string, path = 'cluster2/50-vrouter/vrouter.contrail.contrail-vrouter-masters.yaml') {
  const { tree, findings } = rendered(text);
  expect(findings).toEqual([]);
  return tree!.manifests.find((manifest) => manifest.path === path)!.object['spec'];
}

describe('a patch', () => {
  const plain = specOf(GUIDE) as Record<string, unknown>;

  test('is merged into the one object that it names', () => {
    const text = patched(
      `${VROUTERS}{spec: {agent: {default: {tunnelType: MPLSoUDP}}, cni: {vifType: null}, maxUnavailablePercentage: "20%"}}}`,
    );
    expect(specOf(text)).toEqual({
      ...plain,
      agent: { default: { tunnelType: 'MPLSoUDP' } },
      cni: { clusterName: 'cluster2' },
      maxUnavailablePercentage: '20%',
    });
    const [tree, before] = [rendered(text).tree!, rendered(GUIDE).tree!];
    const changed = tree.manifests.filter(({ path, digest }) =>
      before.manifests.every((other) => other.path !== path || other.digest !== digest),
    );
    expect(changed.map(({ path }) => path)).toEqual(['cluster2/50-vrouter/vrouter.contrail.contrail-vrouter-masters.yaml']);
    expect(readCommitted(tree.files).tree!.fleet).toEqual(tree.fleet);
  });

  test('containers without images are merged by name, and keep the image of the release', () => {
    const text = patched(
      `${VROUTERS}{spec: {common: {containers: [{name: contrail-vrouter-agent, args: [-x], command: null}]}}}}`,
    );
    const { containers } = (plain as { common: { containers: object[] } }).common;
    expect((specOf(text) as typeof plain)['common']).toMatchObject({ containers: [{ ...containers[0], args: ['-x'] }] });
    expect(JSON.stringify(specOf(text))).not.toContain('command');
  });

  test('a container that is not there is an error at its name', () => {
    const text = patched(`${VROUTERS}{spec: {common: {containers: [{name: side}]}}}}`);
    expect(findingsOf(text)).toMatchObject([
      { severity: 'error', message: expect.stringContaining('names a container side, which Vrouter') },
    ]);
  });

  test('is of its cluster alone', () => {
    const text = patched(`${VROUTERS}{spec: {maxUnavailablePercentage: "20%"}}}`, THREE_CLUSTERS);
    expect(specOf(text)).toHaveProperty('maxUnavailablePercentage', '20%');
    const other = specOf(text, 'cluster3/50-vrouter/vrouter.contrail.contrail-vrouter-masters.yaml');
    expect(other).not.toHaveProperty('maxUnavailablePercentage');
  });

  test('comes after those before it', () => {
    const one = `${VROUTERS}{spec: {maxUnavailablePercentage: "20%", logPath: /a}}}`;
    const text = patched(`${one}\n      - ${one.replace('20%', '30%').replace(', logPath: /a', '')}`);
    expect(specOf(text)).toMatchObject({ maxUnavailablePercentage: '30%', logPath: '/a' });
  });

  test('keeps the mirror of its cluster, and images of it', () => {
    const image = 'hub.juniper.net/cn2/contrail-vrouter-agent:22.2.0.93';
    const text = patched(
      `${VROUTERS}{spec: {common: {containers: [{name: contrail-vrouter-agent, image: '${image}', args: [-v]}]}}}}`,
    );
    const mirror = replaced(text, '    index: 0\n', '    index: 0\n    registry: mirror.example.org/cn2\n');
    expect(specOf(mirror)).toMatchObject({
      common: { containers: [{ image: 'mirror.example.org/cn2/contrail-vrouter-agent:22.2.0.93', args: ['-v'] }] },
    });
  });

  test.each(['hub.juniper.net/cn2', 'hub.juniper.net/cn2/', 'mirror.example.org/cn2'])('may name the registry %s', (registry) => {
    const text = patched(`${VROUTERS}{spec: {common: {defaultContainerRegistry: ${registry}}}}}`);
    const mirror = replaced(text, '    index: 0\n', '    index: 0\n    registry: mirror.example.org/cn2\n');
    expect(specOf(mirror)).toMatchObject({ common: { defaultContainerRegistry: registry } });
  });

  test('of a ConfigMap that users uncomment', () => {
    const config =
      '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: contrail-network-config, namespace: contrail}\ndata: {networkConfig: a}\n';
    const text = patched(
      '{kind: ConfigMap, name: contrail-network-config, namespace: contrail, merge: {data: {networkConfig: b}}}',
    );
    const { tree, findings } = rendered(text, edited(VROUTER, /$/, config));
    expect(findings).toEqual([]);
    expect(tree!.manifests.find(({ object }) => object.kind === 'ConfigMap')!.object['data']).toEqual({ networkConfig: 'b' });
  });

  test('sets labels and annotations, and takes them out', () => {
    const path = 'cluster2/50-vrouter/vrouter.contrail.contrail-vrouter-masters.yaml';
    const metadata = '{labels: {zone: edge, gone: null}, annotations: {example.org/note: "any text, of any length!"}}';
    const { tree, findings } = rendered(patched(`${VROUTERS}{metadata: ${metadata}}}`));
    expect(findings).toEqual([]);
    expect(tree!.manifests.find((manifest) => manifest.path === path)!.object.metadata).toMatchObject({
      labels: { zone: 'edge' },
      annotations: { 'example.org/note': 'any text, of any length!' },
    });
  });

  test('of a cluster-scoped object, and of one that the files have twice alike', () => {
    const more = '---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: contrail\n';
    const files = edited('cn2/22.2/distributed_cluster_deployer_example.yaml', /$/, more);
    const { tree, findings } = rendered(
      patched('{kind: Namespace, name: contrail, merge: {metadata: {labels: {zone: edge}}}}'),
      files,
    );
    expect(findings).toEqual([]);
    const namespaces = tree!.manifests.filter(({ object }) => object.kind === 'Namespace' && object.metadata.name === 'contrail');
    expect(namespaces.map(({ object }) => object.metadata.labels!['zone'])).toEqual(['edge']);
  });
});

describe('a patch that is refused where it stands', () => {
  test.each([
    [
      'hits nothing by its name',
      '{kind: Vrouter, name: contrail-vrouter-master, namespace: contrail, merge: {}}',
      'contrail-vrouter-master,',
      'contrail-vrouter-masters',
    ],
    [
      'hits nothing by its namespace',
      '{kind: Vrouter, name: contrail-vrouter-masters, merge: {}}',
      'contrail-vrouter-masters,',
      'Vrouter contrail/contrail-vrouter-masters',
    ],
    ['hits nothing by its kind', '{kind: DaemonSet, name: x, namespace: contrail, merge: {}}', 'x,', 'They have no DaemonSet'],
    ['says what the object is', `${VROUTERS}{kind: Pod}}`, 'kind: Pod', 'Take it out'],
    ['renames', `${VROUTERS}{metadata: {name: x}}}`, 'name: x', 'Take it out'],
    ['moves', `${VROUTERS}{metadata: {namespace: x}}}`, 'namespace: x', 'Take it out'],
    ['moves to another version', `${VROUTERS}{apiVersion: v1}}`, 'apiVersion: v1', 'Take it out'],
    ['writes a status', `${VROUTERS}{status: {}}}`, 'status: {}', 'Take it out'],
    [
      'gives a Secret content',
      '{kind: Secret, name: registrypullsecret, namespace: contrail-deploy, merge: {data: {a: eA==}}}',
      'data:',
      'Take it out',
    ],
    [
      'makes a Secret one of another type',
      '{kind: Secret, name: registrypullsecret, namespace: contrail-deploy, merge: {type: kubernetes.io/service-account-token}}',
      'type:',
      'Take it out',
    ],
    [
      'gives a Secret other content',
      '{kind: Secret, name: registrypullsecret, namespace: contrail-deploy, merge: {metadata: {annotations: {cn2-fleet/content: "handover:cluster1"}}}}',
      'cn2-fleet/content',
      'Take it out',
    ],
    ['takes the marks of the fleet', `${VROUTERS}{metadata: {labels: {cn2-fleet/fleet: x}}}}`, 'cn2-fleet/fleet', 'Take it out'],
    ...['finalizers: [a/b]', 'ownerReferences: []', 'uid: abc', 'resourceVersion: "5"', 'generateName: x', 'generation: 1'].map(
      (member) => [`sets metadata ${member}`, `${VROUTERS}{metadata: {${member}}}}`, member, 'Take it out'],
    ),
    ...['managedFields: []', 'deletionTimestamp: "2020-01-01T00:00:00Z"', 'creationTimestamp: null', 'toString: x'].map(
      (member) => [`sets metadata ${member}`, `${VROUTERS}{metadata: {${member}}}}`, member, 'Take it out'],
    ),
    ...['last-applied', 'unproven', 'anything'].map((key) => [
      ...[`takes the annotation ${key}`, `${VROUTERS}{metadata: {annotations: {cn2-fleet/${key}: x}}}}`],
      ...[`cn2-fleet/${key}`, 'Take it out'],
    ]),
    ...['cn2-fleet/smoke: x', 'cn2-fleet/network: x', 'cn2-fleet/fleet: null', 'app.kubernetes.io/managed-by: x'].map((label) => [
      ...[`takes the label ${label}`, `${VROUTERS}{metadata: {labels: {${label}}}}}`, label, 'Take it out'],
    ]),
    ['makes common a list', `${VROUTERS}{spec: {common: []}}}`, '[]', 'Write a mapping'],
    ['makes a list of common a mapping', `${VROUTERS}{spec: {common: {tolerations: {}}}}}`, '{}}}}', 'Write a list'],
    ['makes a mapping of common a list', `${VROUTERS}{spec: {common: {nodeSelector: [a]}}}}`, '[a]', 'Write a mapping'],
    ['makes a number of common a text', `${VROUTERS}{spec: {common: {replicas: "1"}}}}`, '"1"', 'Write a whole number'],
    ['gives a label a key that is none', `${VROUTERS}{metadata: {labels: {"bad key!": x}}}}`, '"bad key!"', 'Correct it'],
    ['gives a label a value that is none', `${VROUTERS}{metadata: {labels: {a: "bad value !"}}}}`, '"bad value', 'Correct it'],
    ['gives an annotation a key that is none', `${VROUTERS}{metadata: {annotations: {a/b/c: x}}}}`, 'a/b/c', 'Correct it'],
    ['leaves no metadata', `${VROUTERS}{metadata: null}}`, 'null', 'mappings of texts'],
    ['leaves labels that are none', `${VROUTERS}{metadata: {labels: {a: 1}}}}`, '{labels: {a: 1}}', 'mappings of texts'],
    [
      'brings an image from elsewhere',
      `${VROUTERS}{spec: {common: {containers: [{name: a, image: 'example.org/a:22.2.0.93'}]}}}}`,
      "'example.org",
      'Restore',
    ],
    [
      'brings a registry from elsewhere',
      `${VROUTERS}{spec: {common: {defaultContainerRegistry: elsewhere.example/cn2}}}}`,
      'elsewhere.example',
      'declare it as release.registry',
    ],
    [
      'brings a registry that is none',
      `${VROUTERS}{spec: {common: {defaultContainerRegistry: "hub.juniper.net/cn2/../x"}}}}`,
      '"hub.juniper.net',
      'Take it out',
    ],
    [
      'brings an image of another version',
      `${VROUTERS}{spec: {common: {containers: [{name: a, image: 'hub.juniper.net/cn2/a:22.4.0.284'}]}}}}`,
      "'hub.juniper.net",
      'release 22.4',
    ],
  ])('%s', (_title, patch, at, remedy) => {
    const text = patched(patch);
    const [finding, ...others] = findingsOf(text);
    expect(others).toEqual([]);
    const offset = text.indexOf(at, text.indexOf('patches:'));
    const place = placeOf(`${text.slice(0, offset)}\u0000`, '\u0000');
    expect(finding).toMatchObject({
      severity: 'error',
      file: 'clusters.yaml',
      ...place,
      remedy: expect.stringContaining(remedy),
    });
  });

  test('gives rights to others', () => {
    const rbac = `---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: contrail-role}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: contrail-role}
subjects: [{kind: ServiceAccount, name: default, namespace: contrail}]
`;
    const text = patched('{kind: ClusterRoleBinding, name: contrail-role, merge: {subjects: [{kind: User, name: eve}]}}');
    expect(findingsOf(text, edited('cn2/22.2/distributed_cluster_deployer_example.yaml', /$/, rbac))).toMatchObject([
      { rule: 'manifests', file: 'clusters.yaml', ...placeOf(text, '{kind: User'), message: expect.stringContaining('eve') },
    ]);
  });

  test('hits two objects of different groups, which are named', () => {
    const text = patched('{kind: ConfigMap, name: a, namespace: contrail, merge: {data: {a: b}}}');
    const { fleet, source } = guideDeclaration(text);
    const documents = ['v1', 'example.org/v1'].map((apiVersion, line) => ({
      file: 'f.yaml',
      object: { apiVersion, kind: 'ConfigMap', metadata: { name: 'a', namespace: 'contrail' } },
      at: () => ({ file: 'f.yaml', line: line + 1, column: 1 }),
    }));
    const folder = { deployer: documents, certificates: [], vrouter: [], images: new Set<string>(), sources: [] };
    const [cluster] = fleet!.distributed;
    const { findings, patched: changed } = patchedFolder(folder, cluster!, {
      ...{ at: '/distributed/0', source, release: fleet!.release },
      facts: releaseFacts('22.2.0.93')!,
    });
    expect(findings).toMatchObject([
      {
        ...{ rule: 'manifests', severity: 'error', ...placeOf(text, 'a, namespace') },
        message: 'the patch of ConfigMap contrail/a hits 2 objects of the manifests',
        related: [
          { line: 1, message: 'v1' },
          { line: 2, message: 'example.org/v1' },
        ],
      },
    ]);
    expect(changed.size).toBe(0);
  });

  test('changes nothing: a warning', () => {
    const text = patched(`${VROUTERS}{spec: {cni: {vifType: veth}}}}`);
    expect(findingsOf(text)).toMatchObject([{ severity: 'warning', ...placeOf(text, '{spec: {cni') }]);
  });

  test.each([
    ['spec', 'spec: abc', 'abc'],
    ['spec', 'spec: [a]', '[a]'],
    ['spec', 'spec: null', 'null'],
    ['spec.cni', 'spec: {cni: abc}', 'abc'],
    ['spec.cni', 'spec: {cni: 5}', '5}'],
    ['spec.cni', 'spec: {cni: true}', 'true'],
    ['spec.cni', 'spec: {cni: ""}', '""'],
    ['spec.cni', 'spec: {cni: [{clusterName: a}]}', '[{'],
  ])('makes %s something else: %s', (path, merge, at) => {
    const text = patched(`${VROUTERS}{${merge}}}`);
    const offset = text.indexOf(at, text.indexOf(merge));
    expect(findingsOf(text)).toEqual([
      {
        ...{
          rule: 'manifests',
          severity: 'error',
          file: 'clusters.yaml',
          ...placeOf(`${text.slice(0, offset)}\u0000`, '\u0000'),
        },
        message: `the patch makes ${path} of Vrouter contrail/contrail-vrouter-masters something other than a mapping`,
        remedy: 'Name the fields in it that are to be other ones.',
      },
    ]);
  });

  test('a part that it may do without is taken out', () => {
    expect(specOf(patched(`${VROUTERS}{spec: {cni: null}}}`))).not.toHaveProperty('cni');
  });

  test.each([
    ['{kind: Vrouter, namespace: contrail, merge: {}}', 'name is missing'],
    ['{kind: Vrouter, name: a}', 'merge is missing'],
    ['{kind: Vrouter, name: a, merge: 5}', 'must be a mapping'],
    ['{kind: Vrouter, name: a, merge: {a: .inf}}', 'plain data'],
    ['{kind: Vrouter, name: a, merge: {a: 12345678901234567890}}', 'at most 9007199254740991'],
    ['{kind: Vrouter, name: a, merge: {a: [-9007199254740993]}}', 'at most 9007199254740991'],
    ['{kind: Vrouter, name: a, group: b, merge: {}}', 'unknown key group'],
  ])('%s does not fit the schema', (patch, words) => {
    const text = patched(patch);
    const { line } = placeOf(text, patch);
    expect(guideDeclaration(text).findings).toMatchObject([{ rule: 'schema', line, message: expect.stringContaining(words) }]);
  });
});

describe('E12: a clusterName by a patch', () => {
  test('stands, and is a warning at the patch', () => {
    const text = patched(`${VROUTERS}{spec: {clusterName: multi-cluster, cni: {clusterName: multi-cluster}}}}`);
    const declaration = guideDeclaration(text);
    const { tree } = rendered(text);
    const judge = (source: boolean) =>
      judgeManifests({
        ...(source ? { declaration } : {}),
        fleet: declaration.fleet!,
        manifests: tree!.manifests,
        vendorFiles: {},
      }).filter(({ rule }) => rule === 'E12');
    const [own, cni] = judge(true);
    expect(own).toMatchObject({ severity: 'warning', file: 'clusters.yaml', ...placeOf(text, 'multi-cluster, cni') });
    expect(cni).toMatchObject({ severity: 'warning', file: 'clusters.yaml', ...placeOf(text, 'multi-cluster}}}}') });
    expect(judge(false)).toMatchObject([{ severity: 'warning' }, { severity: 'warning' }]);
  });

  test.each([
    ['alone', '', {}],
    ['beside another field', ', maxUnavailablePercentage: "20%"', { maxUnavailablePercentage: '20%' }],
  ])('that is the placeholder of the file stays, %s', (_title, more, others) => {
    const text = patched(
      `${VROUTERS}{spec: {clusterName: distributed-cluster, cni: {clusterName: distributed-cluster-1}${more}}}}`,
    );
    expect(specOf(text)).toMatchObject({
      ...{ clusterName: 'distributed-cluster', cni: { clusterName: 'distributed-cluster-1' } },
      ...others,
    });
    const declaration = guideDeclaration(text);
    const { manifests } = rendered(text).tree!;
    const found = judgeManifests({ declaration, fleet: declaration.fleet!, manifests, vendorFiles: {} });
    expect(found.filter(({ rule }) => rule === 'E12')).toMatchObject([
      { severity: 'warning', ...placeOf(text, 'distributed-cluster, cni') },
      { severity: 'warning', ...placeOf(text, 'distributed-cluster-1') },
    ]);
  });

  test('that is the name of another cluster is an error at the patch', () => {
    const text = patched(`${VROUTERS}{spec: {clusterName: cluster1}}}`);
    const declaration = guideDeclaration(text);
    const { manifests } = rendered(text).tree!;
    const found = judgeManifests({ declaration, fleet: declaration.fleet!, manifests, vendorFiles: {} });
    expect(found.filter(({ rule }) => rule === 'E12')).toMatchObject([
      {
        ...{ severity: 'error', ...placeOf(text, 'cluster1}}}') },
        remedy: "Take it out of the patch: its nodes would count as that cluster's.",
      },
    ]);
  });

  test('of another object is an error as before', () => {
    const declaration = guideDeclaration(patched(`${VROUTERS}{spec: {clusterName: multi-cluster}}}`));
    const { manifests } = rendered(GUIDE).tree!;
    const wrong = manifests.map((manifest) =>
      manifest.object.metadata.name === 'contrail-vrouter-nodes-1'
        ? { ...manifest, object: { ...manifest.object, spec: { clusterName: 'x' } } }
        : manifest,
    );
    const found = judgeManifests({ declaration, fleet: declaration.fleet!, manifests: wrong, vendorFiles: {} });
    expect(found.filter(({ rule }) => rule === 'E12')).toMatchObject([{ severity: 'error' }]);
  });
});

test('the declaration with every key renders, and reads back as the same fleet', () => {
  const { tree, findings } = render({ declaration: guideDeclaration(EVERY_KEY), vendorFiles: everyKeyFiles() });
  expect(findings).toEqual([]);
  expect(readCommitted(tree!.files).tree!.fleet).toEqual(tree!.fleet);
});

describe('what a patch changes', () => {
  const text = patched(`${VROUTERS}{spec: {cni: {vifType: null}, maxUnavailablePercentage: "20%"}}}`);
  const tree = rendered(text).tree!;
  const plan = offlinePlan({ fleet: tree.fleet, index: tree.indexDigest, manifests: tree.manifests, committed: [] });
  const change = plan.clusters.flatMap(({ changes }) => changes).filter((each) => each.patched !== undefined);

  test('is in the plan, for people and not for the approval', () => {
    expect(change).toMatchObject([
      {
        ...{ action: 'create', kind: 'Vrouter', name: 'contrail-vrouter-masters' },
        patched: [
          { path: '/spec/cni/vifType', before: 'veth' },
          { path: '/spec/maxUnavailablePercentage', after: '20%' },
        ],
      },
    ]);
    expect(withoutViews(change[0]!)).not.toHaveProperty('patched');
  });

  test('is printed with the vendor’s value before it', () => {
    expect(planText(plan, [], PLAIN)).toContain('patch /spec/cni/vifType: "veth" → ');
    expect(planText(plan, [], PLAIN)).toContain('→ "20%"\n');
    const markdown = planMarkdown(plan, []);
    expect(markdown).toContain('patched by the declaration:');
    expect(markdown).toContain('- "veth"');
    expect(markdown).toContain('+ "20%"');
  });
});
