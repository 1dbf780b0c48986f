import { describe, expect, test } from '@jest/globals';
import { render } from '../../../src/render/render.ts';
import { vendorState } from '../../../src/render/vendor-state.ts';
import { GUIDE, guideDeclaration, replaced } from '../../support/guide-fleet.ts';
import { HAS_SHARED_CN2, vendorRelease } from '../../support/shared-cn2.ts';
import { smallRelease } from '../../support/small-release.ts';
import { CENTRAL, DEPLOYER, edited, findingsOf, placeOf, VROUTER } from '../../support/vendor-faults.ts';

const AGENT = "'hub.juniper.net/cn2/contrail-vrouter-agent:22.2.0.93'";

const RBAC = 'apiVersion: rbac.authorization.k8s.io/v1';
const ROLE = 'roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}';

/** The deployer file with an account of its own, and a binding with these subjects. */
function bound(subjects: string, kind = 'ClusterRoleBinding', namespace = ''): Record<string, string> {
  const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: contrail-serviceaccount, namespace: contrail}\n';
  const binding = `${RBAC}\nkind: ${kind}\nmetadata: {name: contrail-rolebinding${namespace}}\n${ROLE}\n${subjects}\n`;
  return edited(DEPLOYER, /$/, `---\n${account}---\n${binding}`);
}

describe('rights go to the own service accounts and to nobody else', () => {
  test.each([
    ['an account of the files', 'subjects:\n- {kind: ServiceAccount, name: contrail-serviceaccount, namespace: contrail}'],
    [
      'with an empty group',
      'subjects:\n- {kind: ServiceAccount, apiGroup: "", name: contrail-serviceaccount, namespace: contrail}',
    ],
    [
      'the account default of a namespace of the files',
      'subjects:\n- {kind: ServiceAccount, name: default, namespace: contrail-deploy}',
    ],
    ['nobody', 'subjects: []'],
    ['nobody, left out', ''],
  ])('%s', (_, subjects) => {
    expect(findingsOf(bound(subjects))).toEqual([]);
  });

  test.each([
    ['a user', 'kind: User, name: jane', 'User jane'],
    ['the group that may do everything', 'kind: Group, name: "system:masters"', 'Group system:masters'],
    ['everybody who can log in', 'kind: Group, name: "system:authenticated"', 'Group system:authenticated'],
    [
      'all accounts of an own namespace',
      'kind: Group, name: "system:serviceaccounts:contrail"',
      'Group system:serviceaccounts:contrail',
    ],
    ['an own account as a user', 'kind: User, name: "system:serviceaccount:contrail:contrail-serviceaccount"', 'User system:'],
    [
      'an account of another namespace',
      'kind: ServiceAccount, name: contrail-serviceaccount, namespace: kube-system',
      'kube-system/',
    ],
    ['an account that nothing makes', 'kind: ServiceAccount, name: other, namespace: contrail', 'ServiceAccount contrail/other'],
    ['default elsewhere', 'kind: ServiceAccount, name: default, namespace: kube-system', 'kube-system/default'],
    ['an account without a namespace', 'kind: ServiceAccount, name: contrail-serviceaccount', 'contrail-serviceaccount'],
    [
      'an own account under another group',
      'kind: ServiceAccount, apiGroup: rbac.authorization.k8s.io, name: contrail-serviceaccount, namespace: contrail',
      'contrail-serviceaccount',
    ],
    [
      'letters that look alike',
      'kind: ServiceAccount, name: contrail-servic\u0435account, namespace: contrail',
      'servic\\u{435}account',
    ],
  ])('%s is refused where it stands', (_, subject, shown) => {
    const own = '- {kind: ServiceAccount, name: contrail-serviceaccount, namespace: contrail}';
    const files = bound(`subjects:\n${own}\n- {${subject}}`);
    expect(findingsOf(files)).toEqual([
      expect.objectContaining({
        rule: 'manifests',
        severity: 'error',
        file: DEPLOYER,
        ...placeOf(files[DEPLOYER]!, `{${subject}}`),
        message: expect.stringContaining(shown),
      }),
    ]);
  });

  test('of a RoleBinding as well', () => {
    const files = bound('subjects:\n- {kind: User, name: jane}', 'RoleBinding', ', namespace: contrail');
    expect(findingsOf(files)).toMatchObject([
      {
        rule: 'manifests',
        message:
          'RoleBinding contrail/contrail-rolebinding gives ClusterRole cluster-admin to User jane, which is not a service account of these files',
      },
    ]);
  });

  test('subjects that are no list', () => {
    expect(findingsOf(bound('subjects: {kind: User, name: jane}'))).toMatchObject([
      { rule: 'manifests', file: DEPLOYER, message: expect.stringContaining('is not a list') },
    ]);
  });

  test('a role that adds its rules to one that others hold', () => {
    const role = `${RBAC}\nkind: ClusterRole\nmetadata:\n  name: contrail-role\n  labels: {rbac.authorization.k8s.io/aggregate-to-view: "true"}\nrules: []\n`;
    const files = edited(DEPLOYER, /$/, `---\n${role}`);
    expect(findingsOf(files)).toMatchObject([
      { rule: 'manifests', file: DEPLOYER, message: expect.stringContaining('adds its rules to ClusterRole view') },
    ]);
  });

  test('whom the central file gives rights is no concern: nothing of it is applied', () => {
    const text = `---\n${RBAC}\nkind: ClusterRoleBinding\nmetadata: {name: mine}\n${ROLE}\nsubjects: [{kind: User, name: jane}]\n`;
    expect(findingsOf(edited(CENTRAL, /$/, text))).toEqual([]);
  });
});

describe('images come from the release’s registries', () => {
  test.each([
    ['elsewhere under a name like cert-manager’s', 'elsewhere.example/own/cert-manager-x', 'comes from elsewhere.example/own,'],
    ['with the right tag', 'elsewhere.example/cn2/contrail-vrouter-agent:22.2.0.93', 'comes from elsewhere.example/cn2,'],
    ['without a host', 'cn2/contrail-vrouter-agent:22.2.0.93', 'comes from docker.io/cn2,'],
    ['a name alone', 'contrail-vrouter-agent:22.2.0.93', 'comes from docker.io/library,'],
    ['another port', 'hub.juniper.net:8443/cn2/contrail-vrouter-agent:22.2.0.93', 'comes from hub.juniper.net:8443/cn2,'],
    ['another folder', 'hub.juniper.net/other/contrail-vrouter-agent:22.2.0.93', 'comes from hub.juniper.net/other,'],
    ['a folder with the same beginning', 'hub.juniper.net/cn2x/contrail-vrouter-agent:22.2.0.93', 'hub.juniper.net/cn2x,'],
    [
      'a host with the same beginning',
      'hub.juniper.net.example/cn2/contrail-vrouter-agent:22.2.0.93',
      'hub.juniper.net.example/cn2,',
    ],
    ['capitals', 'HUB.juniper.net/cn2/contrail-vrouter-agent:22.2.0.93', 'comes from HUB.juniper.net/cn2,'],
    ['by digest', `elsewhere.example/contrail-vrouter-agent:22.2.0.93@sha256:${'a'.repeat(64)}`, 'comes from elsewhere.example,'],
    ['letters that look alike', 'hub.jun\u0456per.net/cn2/contrail-vrouter-agent:22.2.0.93', 'hub.jun\\u{456}per.net/cn2'],
    ['a way upwards', 'hub.juniper.net/cn2/../../x/contrail-vrouter-agent:22.2.0.93', 'is not an image reference'],
  ])('%s', (_, image, words) => {
    const files = edited(VROUTER, AGENT, `'${image}'`);
    const own = findingsOf(files).filter(({ rule }) => rule === 'manifests');
    expect(own).toEqual([
      expect.objectContaining({
        severity: 'error',
        file: VROUTER,
        ...placeOf(files[VROUTER]!, `'${image}'`),
        message: expect.stringContaining(words),
      }),
    ]);
  });

  test('a name like cert-manager’s under the own registry needs the release’s tag', () => {
    const files = edited(VROUTER, AGENT, "'hub.juniper.net/cn2/cert-manager-x:v9'");
    expect(findingsOf(files)).toMatchObject([{ rule: 'E22', file: VROUTER, message: expect.stringContaining('tag v9') }]);
  });

  const MIRROR = replaced(GUIDE, '  pullSecret:', '  registry: mirror.example.org:5000/team/cn2\n  pullSecret:');
  test.each([
    ['the declared mirror', 'mirror.example.org:5000/team/cn2/contrail-vrouter-agent:22.2.0.93', MIRROR],
    ['a folder of the mirror', 'mirror.example.org:5000/team/cn2/a/contrail-vrouter-agent:22.2.0.93', MIRROR],
    ['Juniper’s, where a mirror is declared', 'hub.juniper.net/cn2/contrail-vrouter-agent:22.2.0.93', MIRROR],
    ['Juniper’s other one', 'enterprise-hub.juniper.net/contrail-container-prod/contrail-vrouter-agent:22.2.0.93', GUIDE],
  ])('%s is known', (_, image, text) => {
    expect(findingsOf(edited(VROUTER, AGENT, `'${image}'`), text)).toEqual([]);
  });

  test('a mirror that is not declared: one finding a file, with every place and what to declare', () => {
    const files = smallRelease('22.2.0.93', 'cn2/22.2', 'mirror.example.org/cn2');
    const findings = findingsOf(files);
    expect(findings.map(({ rule, file }) => `${rule} ${file}`)).toEqual(
      [CENTRAL, DEPLOYER, VROUTER].map((file) => `manifests ${file}`),
    );
    for (const { remedy } of findings) expect(remedy).toContain('declare it as release.registry');
    expect(findings.find(({ file }) => file === VROUTER)?.related?.length).toBeGreaterThan(0);
    expect(findingsOf(files, replaced(GUIDE, '  pullSecret:', '  registry: mirror.example.org/cn2\n  pullSecret:'))).toEqual([]);
  });

  const CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: contrail-k8s-controller-cm, namespace: contrail-system}\n';
  test.each([
    [
      'an environment',
      DEPLOYER,
      'command: [sh,',
      'env: [{name: AGENT_IMAGE, value: "elsewhere.example/x:1"}]\n        command: [sh,',
    ],
    ['a flag', DEPLOYER, 'command: [sh,', 'args: ["--image=elsewhere.example/x:1"]\n        command: [sh,'],
    ['a field of CN2’s kinds', VROUTER, 'spec:\n', 'spec:\n  agentImage: elsewhere.example/x:1\n'],
    [
      'a volume',
      DEPLOYER,
      '      initContainers:',
      '      volumes: [{name: v, image: {reference: "elsewhere.example/x:1"}}]\n      initContainers:',
    ],
    [
      'a manifest inside a ConfigMap',
      DEPLOYER,
      /$/,
      `---\n${CONFIG}data:\n  config.yaml: |\n    apiVersion: v1\n    kind: Pod\n    spec: {containers: [{name: c, image: "elsewhere.example/x:1"}]}\n`,
    ],
    [
      'the central cluster’s objects',
      CENTRAL,
      'image: hub.juniper.net/cn2/contrail-k8s-kubemanager',
      'image: elsewhere.example/contrail-k8s-kubemanager',
    ],
  ])('in %s', (_, file, part, by) => {
    expect(findingsOf(edited(file, part, by))).toMatchObject([
      { rule: 'manifests', file, message: expect.stringContaining('comes from elsewhere.example,') },
    ]);
  });
});

describe('as published', () => {
  test('the small release of the tests is not, file by file', () => {
    const vendorFiles = smallRelease();
    const { tree } = render({ declaration: guideDeclaration(), vendorFiles });
    expect(vendorState(tree!, vendorFiles)).toEqual({ asPublished: false, differs: [CENTRAL, DEPLOYER, VROUTER] });
  });

  const whereShared = HAS_SHARED_CN2 ? describe : describe.skip;
  whereShared("Juniper's files", () => {
    const text = (version: string, folder: string) =>
      replaced(replaced(GUIDE, 'version: 22.2.0.93', `version: ${version}`), 'cn2/22.2', `cn2/${folder}`);
    const state = (version: string, folder: string, vendorFiles: Record<string, string>) => {
      const { tree, findings } = render({ declaration: guideDeclaration(text(version, folder)), vendorFiles });
      expect(findings).toEqual([]);
      return vendorState(tree!, vendorFiles);
    };

    // Of 23.4 two files are here with their keys cut out: as if somebody had edited them.
    test.each([
      ['22.1', '22.1.0.93', []],
      ['22.1-dpdk', '22.1.0.93', []],
      ['22.2', '22.2.0.93', []],
      ['22.2.0.100', '22.2.0.93\n  images: {contrail-k8s-kubemanager: 22.2.0.100}', []],
      ['22.4', '22.4.0.284', []],
      ['23.4', 'cn2.23.4.0.59', ['central_cluster_deployer_example.yaml', 'distributed_cluster_deployer_example.yaml']],
    ])('%s', (folder, version, differs) => {
      const files = vendorRelease(folder);
      const expected = { asPublished: differs.length === 0, differs: differs.map((file) => `cn2/${folder}/${file}`) };
      expect(state(version, folder, files)).toEqual(expected);
      const windows = Object.fromEntries(Object.entries(files).map(([name, unix]) => [name, unix.replaceAll('\n', '\r\n')]));
      expect(state(version, folder, windows)).toEqual(expected);
    });

    test('one further letter shows, and so does a file of another release', () => {
      const files = vendorRelease('22.2');
      expect(state('22.2.0.93', '22.2', { ...files, [VROUTER]: `${files[VROUTER]}\n` })).toEqual({
        asPublished: false,
        differs: [VROUTER],
      });
    });

    test.each([['23.4-eks', 'cn2.23.4.0.59']])('%s: nothing in it is refused for its subjects or images', (folder, version) => {
      const { findings } = render({ declaration: guideDeclaration(text(version, folder)), vendorFiles: vendorRelease(folder) });
      expect(
        findings.filter(({ message }) => /comes from|no reference of an image|no service account|adds its rules/.test(message)),
      ).toEqual([]);
    });
  });
});
