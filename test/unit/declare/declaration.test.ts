import { describe, expect, test } from '@jest/globals';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import { readYaml } from '../../../src/declare/yaml.ts';
import { edited, GUIDE, GUIDE_OF_THREE, lineOf } from '../rules/guide.ts';

function read(text: string) {
  return readDeclaration(text, 'clusters.yaml');
}

/** Findings as one line each: what a person sees. */
function said(text: string): string[] {
  return read(text).findings.map(({ line, column, rule, message, remedy }) => `${line}:${column} ${rule} ${message} | ${remedy}`);
}

const MINIMAL = `apiVersion: cn2-fleet/v1
kind: Fleet
metadata: {name: small}
release: {version: 22.2.0.93, manifests: cn2/22.2/, pullSecret: {file: pull.json}}
central: {name: c1, kubeconfig: {file: c1.yaml, context: admin}, server: "https://10.1.0.1:6443", podSubnets: [10.2.0.0/16], serviceSubnets: [10.3.0.0/16]}
distributed:
  - {name: c2, index: 3, kubeconfig: {env: C2}, server: "https://10.1.0.2:6443", podSubnets: [10.4.0.0/16], serviceSubnets: ["FD00:0:0::2:0/112", 10.5.0.0/16]}
namespaces:
  - {cluster: c1, name: a}
networks:
  - {cluster: c1, namespace: a, name: red, v4: {cidr: 10.6.0.0/24}, v6: {cidr: "fd00:0::0600:0/112", gateway: "fd00::600:0001"}}
  - {cluster: c1, namespace: a, name: blue, v4: {cidr: 10.7.0.0/24}}
connections:
  - {name: m, type: mesh, networks: [c1/a/red, c1/a/blue], routers: {c1/a/blue: own}}
smoke: {}
`;

describe('a minimal declaration', () => {
  const { fleet, findings } = read(MINIMAL);

  test('has no findings', () => {
    expect(findings).toEqual([]);
  });

  test('gets its defaults', () => {
    expect(fleet!.distributed[0]).toEqual({
      name: 'c2',
      index: 3,
      state: 'attached',
      kubemanager: 'kubemanager-c2',
      kubeconfigSecret: 'c2-kubeconfig',
      kubeconfig: { env: 'C2' },
      server: 'https://10.1.0.2:6443',
      podSubnets: ['10.4.0.0/16'],
      serviceSubnets: ['fd00::2:0/112', '10.5.0.0/16'],
      nodeSubnets: [],
    });
    expect(fleet!.namespaces).toEqual([{ cluster: 'c1', name: 'a', isolated: false, labels: {}, manage: true }]);
    expect(fleet!.connections).toEqual([
      { name: 'm', type: 'mesh', networks: ['c1/a/red', 'c1/a/blue'], routers: { 'c1/a/red': 'm-red', 'c1/a/blue': 'own' } },
    ]);
    expect(fleet!.smoke).toEqual({ defaultPodNetwork: [], networks: 'all', thresholds: { lossPercent: 0, rttP95Ms: 100 } });
    expect(fleet!.central.kubeconfig).toEqual({ file: 'c1.yaml', context: 'admin' });
  });

  test('gets canonical addresses and names for its subnets', () => {
    expect(fleet!.networks[0]).toEqual({
      cluster: 'c1',
      namespace: 'a',
      name: 'red',
      labels: {},
      v4: { cidr: '10.6.0.0/24', subnet: 'red-v4' },
      v6: { cidr: 'fd00::600:0/112', gateway: 'fd00::600:1', subnet: 'red-v6' },
    });
  });

  test('without smoke has none', () => {
    expect(read(MINIMAL.replace('smoke: {}\n', '')).fleet).not.toHaveProperty('smoke');
  });
});

describe('the digest', () => {
  const digest = read(GUIDE).digest;

  test.each([
    ['comments', `# a comment\n${GUIDE}`],
    ['order of keys', edited(GUIDE, 'apiVersion: cn2-fleet/v1\nkind: Fleet\n', 'kind: Fleet\napiVersion: cn2-fleet/v1\n')],
    ['the spelling of addresses', edited(GUIDE, '::3:0000/112', '::3:0/112')],
    ['a default that is written out', edited(GUIDE, '    state: attached\n', '')],
  ])('does not depend on %s', (_, text) => {
    expect(read(text).digest).toBe(digest);
  });

  test('depends on what is declared', () => {
    expect(read(edited(GUIDE, 'subnet: subnet2', 'subnet: subnet3')).digest).not.toBe(digest);
  });
});

describe('what is said about a wrong key or value', () => {
  test.each([
    [
      'an unknown key',
      '    state: attached\n',
      '    stat: attached\n',
      '22:5 schema unknown key stat in distributed[0] | Did you mean state?',
    ],
    [
      'an unknown key that resembles nothing',
      '  nodeSubnets: []\n',
      '  zzz: []\n',
      '18:3 schema unknown key zzz in central | Known here: name, kubernetesClusterName, kubeconfig, handover, server, podSubnets, serviceSubnets, nodeSubnets, lab.',
    ],
    [
      'an unknown key of a connection',
      '    networks: [cluster1',
      '    network: [cluster1',
      '42:5 schema unknown key network in connections[0] | Did you mean networks?',
    ],
    [
      'a number for text',
      'version: 22.2.0.93',
      'version: 22.2',
      '6:12 schema release.version must be text, found the number 22.2 | Put it into quotes: "22.2".',
    ],
    [
      'text for a truth value',
      'name: ns1, isolated: true, labels: {ns: ns1}',
      'name: ns1, isolated: "true", labels: {ns: ns1}',
      '30:46 schema namespaces[0].isolated must be true or false, found text true | Write true or false, without quotes.',
    ],
    [
      'a word that is none of the choices',
      'type: mesh',
      'type: mash',
      '41:11 schema connections[0].type is mash; it must be mesh or hub-spoke | Did you mean mesh?',
    ],
    [
      'a missing key',
      '    server: https://172.27.115.183:6443\n',
      '',
      '20:5 schema distributed[0].server is missing | Add server: text.',
    ],
    [
      'an empty list of networks',
      'networks: all',
      'networks: some',
      '47:13 schema smoke.networks is some; it must be all, none or a list | Write all, none or a list.',
    ],
    [
      'a wrong entry in that list',
      'networks: all',
      'networks: [1]',
      '47:14 schema smoke.networks[0] must be text, found the number 1 | Put it into quotes: "1".',
    ],
    ['a key without a value', 'namespaces:\n', 'namespaces:\nx-y:\n', undefined],
  ])('%s', (_, from, to, expected) => {
    const messages = said(edited(GUIDE, from, to));
    if (expected === undefined)
      expect(messages[0]).toBe('29:12 schema namespaces must be a list, found nothing | Write [] or remove the key.');
    else expect(messages.filter((message) => message.includes(' schema '))).toEqual([expected]);
  });

  test.each([
    ['lossPercent: 0', 'lossPercent: 100'],
    ['lossPercent: 0', 'lossPercent: -1'],
    ['lossPercent: 0', 'lossPercent: .nan'],
    ['rttP95Ms: 100', 'rttP95Ms: 0'],
    ['rttP95Ms: 100', 'rttP95Ms: -5'],
    ['rttP95Ms: 100', 'rttP95Ms: 20000'],
    ['rttP95Ms: 100', 'rttP95Ms: .inf'],
  ])('a threshold that everything or nothing would pass: %s as %s', (from, to) => {
    const messages = said(edited(GUIDE, from, to));
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain(`schema smoke.thresholds.${to.slice(0, to.indexOf(':'))} `);
  });

  test('one long name of the wrong form is one finding', () => {
    expect(said(edited(GUIDE, 'name: guide', `name: ${'G'.repeat(70)}`))).toHaveLength(1);
  });
});

describe('a file that parses only in part', () => {
  test('has the YAML error and the faults that were read', () => {
    const text = edited(
      edited(GUIDE, '    state: attached\n', '    stat: attached\n'),
      'thresholds: {lossPercent: 0',
      'thresholds: {lossPercent: [0',
    );
    const rules = read(text).findings.map(({ rule, message }) => `${rule} ${message}`);
    expect(rules).toContain('schema unknown key stat in distributed[0]');
    expect(rules.some((rule) => rule.startsWith('yaml '))).toBe(true);
  });

  test('is not said to lack what was not read', () => {
    const text = `${GUIDE.slice(0, GUIDE.indexOf('https://172.27.115.180'))}"https`;
    const { findings, fleet } = read(text);
    expect(findings.length).toBeGreaterThan(0);
    expect(new Set(findings.map(({ rule }) => rule))).toEqual(new Set(['yaml']));
    expect(fleet).toBeUndefined();
  });

  test('a tab as indentation is a YAML error on its line', () => {
    const text = edited(GUIDE, '    index: 0\n', '\t index: 0\n');
    expect(read(text).findings).toContainEqual(expect.objectContaining({ rule: 'yaml', line: lineOf(text, '\t index') }));
  });

  test('a file with a fault at its end is still judged as a whole', () => {
    expect(read(`${GUIDE}}\n`).fleet).toBeDefined();
  });
});

describe('names', () => {
  test('that an entry lacks are not looked for elsewhere', () => {
    const text = edited(GUIDE, '- {cluster: cluster2, name: ns1, isolated', '- {cluster: cluster2, nam: ns1, isolated');
    expect(new Set(read(text).findings.map(({ rule }) => rule))).toEqual(new Set(['schema']));
  });

  test('that are not declared come with the nearest one', () => {
    expect(said(edited(GUIDE, 'networks: all', 'networks: [cluster1/ns1/vm1]'))).toEqual([
      '47:14 reference network cluster1/ns1/vm1 is not declared | Did you mean cluster1/ns1/vn1?',
    ]);
  });
});

describe('duplicates', () => {
  test('of a key name both places', () => {
    const text = edited(GUIDE, '    index: 0\n', '    index: 0\n    index: 1\n');
    const [finding] = read(text).findings;
    expect(finding).toMatchObject({ rule: 'yaml', line: 22, column: 5, related: [{ line: 21, column: 5 }] });
    expect(read(text).fleet!.distributed[0]!.index).toBe(0);
  });

  test('of a cluster name both places', () => {
    const text = edited(GUIDE_OF_THREE, '- name: cluster3', '- name: cluster2');
    expect(read(text).findings).toMatchObject([{ rule: 'duplicate', line: 29, column: 11, related: [{ line: 20, column: 11 }] }]);
  });

  test('of a router as hub and spoke of one namespace', () => {
    const text = edited(
      GUIDE,
      'connections:\n',
      `  - {cluster: cluster2, namespace: ns1, name: vn3, v4: {cidr: 10.9.0.0/24}}\nconnections:\n  - {name: b, type: hub-spoke, hubs: [cluster2/ns1/vn2], spokes: [cluster2/ns1/vn3], routers: {cluster2/ns1/vn2: s, cluster2/ns1/vn3: s}}\n`,
    );
    expect(read(text).findings).toMatchObject([
      { rule: 'duplicate', message: 'router s of namespace cluster2/ns1 is declared twice' },
    ]);
  });
});

test('a router name that grows too long is reported at its network', () => {
  const text = edited(
    edited(GUIDE, '- name: app', `- name: ${'a'.repeat(61)}`),
    '    routers: {cluster1/ns1/vn1: vnr1, cluster2/ns1/vn2: vnr2}\n',
    '',
  );
  expect(said(text)).toEqual([
    `42:16 schema router name ${'a'.repeat(61)}-vn1 is longer than 63 characters or not an object name | Give the router a name under routers.`,
    `42:34 schema router name ${'a'.repeat(61)}-vn2 is longer than 63 characters or not an object name | Give the router a name under routers.`,
  ]);
});

test('an alias stands for what it names, with the place of the alias', () => {
  let text = edited(GUIDE, 'pullSecret: {env: CN2_PULL_SECRET}', 'pullSecret: &secret {env: CN2_PULL_SECRET}');
  text = edited(text, '    state: attached\n', '    pullSecret: *secret\n');
  const { fleet, findings, source } = read(text);
  expect(findings).toEqual([]);
  expect(fleet!.distributed[0]!.pullSecret).toEqual({ env: 'CN2_PULL_SECRET' });
  expect(source.valueAt('/distributed/0/pullSecret')).toEqual({ line: 22, column: 17 });
});

test('places are those of keys and values, routers included', () => {
  const { source } = read(GUIDE);
  expect(source.keyAt('/connections/0/routers/cluster2~1ns1~1vn2')).toEqual({ line: 43, column: 39 });
  expect(source.valueAt('/connections/0/routers/cluster2~1ns1~1vn2')).toEqual({ line: 43, column: 57 });
  expect(source.valueAt('/central/podSubnets/1')).toEqual({ line: 16, column: 33 });
});

test('an alias means the latest anchor before it, also where it is expanded later', () => {
  const text = 'a: &x 1\nb: &y [*x]\nc: &x 2\nd: [*x, *y]\n';
  expect(readYaml(text, 'f')[0]).toMatchObject({ value: { a: 1, b: [1], c: 2, d: [2, [1]] }, findings: [] });
});
