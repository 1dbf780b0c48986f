import { describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { grantChanges, grantsOf } from '../../../src/cn2/grants.ts';
import { HAS_SHARED_CN2, sharedObjects } from '../../support/shared-cn2.ts';

/** 'what: detail' of every grant. */
function spelled(object: unknown): string[] {
  return grantsOf(object).map(({ what, detail }) => `${what}: ${detail}`);
}

const role = (rules: unknown, more: object = {}) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'r' },
  rules,
  ...more,
});

const binding = (subjects: unknown, more: object = {}) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'b' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects,
  ...more,
});

const pod = (spec: object) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec });
const container = (more: object, name = 'c') => ({ name, image: 'hub.juniper.net/cn2/c:1', ...more });
const IMAGE = 'image: hub.juniper.net/cn2/c:1 (container c)';

describe('rights', () => {
  test('rules: wildcards first, then verbs that lead to more rights', () => {
    const rules = [
      { verbs: ['get', 'list'], resources: ['pods', 'secrets'], apiGroups: ['', 'apps'] },
      { verbs: ['get'], nonResourceURLs: ['/metrics'] },
      { verbs: ['get'], resources: ['*'], apiGroups: [''] },
      { verbs: ['impersonate'], resources: ['users'], apiGroups: [''], resourceNames: ['jane'] },
      { verbs: ['*'], resources: ['*'], apiGroups: ['*'] },
    ];
    expect(spelled(role(rules))).toEqual([
      'rule: every verb on every resource of every group',
      'rule: impersonate on users named jane of core',
      'rule: get on every resource of core',
      'rule: get, list on pods, secrets of core, apps',
      'rule: get on /metrics',
    ]);
  });

  test.each(['escalate', 'bind', 'impersonate'])('%s comes before what only reads', (verb) => {
    const rules = [
      { verbs: ['get'], resources: ['pods'], apiGroups: [''] },
      { verbs: [verb], resources: ['x'], apiGroups: [''] },
    ];
    expect(spelled(role(rules))[0]).toBe(`rule: ${verb} on x of core`);
  });

  test('aggregation, in both directions', () => {
    const selectors = { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] } };
    expect(spelled(role([], selectors))).toEqual([
      'aggregation: takes the rules of every ClusterRole with {"matchLabels":{"a":"b"}}',
    ]);
    const labels = {
      'rbac.authorization.k8s.io/aggregate-to-view': 'true',
      'rbac.authorization.k8s.io/aggregate-to-edit': 'false',
    };
    expect(spelled(role([], { metadata: { name: 'r', labels } }))).toEqual(['aggregation: adds its rules to ClusterRole view']);
  });

  test('subjects: users and groups first, with what a group stands for', () => {
    const subjects = [
      { kind: 'ServiceAccount', name: 'a', namespace: 'n' },
      { kind: 'Group', name: 'system:masters' },
      { kind: 'User', name: 'jane' },
      { kind: 'Group', name: 'system:serviceaccounts:n' },
    ];
    expect(spelled(binding(subjects))).toEqual([
      'subject: Group system:masters (every right on the cluster, whatever the role)',
      'subject: User jane',
      'subject: Group system:serviceaccounts:n (every service account of that namespace)',
      'subject: ServiceAccount n/a',
      'role: ClusterRole cluster-admin in the whole cluster',
    ]);
    expect(spelled(binding([], { kind: 'RoleBinding', metadata: { name: 'b', namespace: 'n' } }))).toEqual([
      'role: ClusterRole cluster-admin in namespace n',
    ]);
  });

  test('a letter that only looks like another shows as what it is', () => {
    expect(spelled(binding([{ kind: 'User', name: 'j\u0430ne' }]))[0]).toBe('subject: User j\\u{430}ne');
  });

  test('tokens: of a Secret, of a projected volume, of the account that pods run as', () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', annotations: { 'kubernetes.io/service-account.name': 'admin' } },
      type: 'kubernetes.io/service-account-token',
      data: { image: 'aHVi', token: 'c2VjcmV0' },
    };
    expect(spelled(secret)).toEqual(['token: a long-lived token of ServiceAccount admin']);
    const volumes = [{ name: 't', projected: { sources: [{ serviceAccountToken: { audience: 'vault', path: 't' } }] } }];
    expect(spelled(pod({ serviceAccountName: 'x', serviceAccount: 'x', volumes }))).toEqual([
      "token: of the pod's account for vault",
      'serviceAccount: runs as x',
    ]);
  });
});

describe('pods', () => {
  test.each<[string, object, string]>([
    ['privileged', { containers: [container({ securityContext: { privileged: true } })] }, 'privileged: container c'],
    [
      'an init container',
      { initContainers: [container({ securityContext: { privileged: true } })] },
      'privileged: init container c',
    ],
    [
      'a Windows host process',
      { securityContext: { windowsOptions: { hostProcess: true } } },
      'privileged: every container, as a process of a Windows host',
    ],
    ['hostPath', { volumes: [{ name: 'v', hostPath: { path: '/etc' } }] }, 'hostPath: /etc (volume v)'],
    ['hostNetwork', { hostNetwork: true }, 'hostNetwork: the network of the node'],
    ['hostPID', { hostPID: true }, 'hostPID: the processes of the node'],
    ['hostIPC', { hostIPC: true }, 'hostIPC: the shared memory of the node'],
    ['hostPort', { containers: [container({ ports: [{ hostPort: 53 }] })] }, 'hostPort: port 53 of the node (container c)'],
    [
      'capabilities',
      { containers: [container({ securityContext: { capabilities: { add: ['SYS_ADMIN'], drop: ['ALL'] } } })] },
      'capability: SYS_ADMIN (container c)',
    ],
    [
      'allowPrivilegeEscalation',
      { containers: [container({ securityContext: { allowPrivilegeEscalation: true } })] },
      'privilegeEscalation: container c',
    ],
    ['runAsUser 0', { securityContext: { runAsUser: 0 } }, 'root: every container'],
    [
      'procMount',
      { containers: [container({ securityContext: { procMount: 'Unmasked' } })] },
      'unconfined: all of /proc (container c)',
    ],
    [
      'a Secret as a volume',
      { volumes: [{ name: 'v', secret: { secretName: 'central-kubeconfig' } }] },
      'secret: central-kubeconfig (volume v)',
    ],
    [
      'a Secret in a projected volume',
      { volumes: [{ name: 'v', projected: { sources: [{ secret: { name: 'central-kubeconfig' } }] } }] },
      'secret: central-kubeconfig (volume v)',
    ],
    [
      'a Secret as variables',
      { containers: [container({ envFrom: [{ secretRef: { name: 's' } }, { configMapRef: { name: 'm' } }] })] },
      'secret: s (container c)',
    ],
    [
      'an entry of a Secret as a variable',
      { initContainers: [container({ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] })] },
      'secret: s (its k, init container c)',
    ],
    [
      'sysctls',
      { securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '65536' }] } },
      'unconfined: sysctl kernel.msgmax = 65536 (every container)',
    ],
    [
      'shareProcessNamespace',
      { shareProcessNamespace: true },
      'unconfined: the processes of all containers of the pod (every container)',
    ],
    ['seccomp', { securityContext: { seccompProfile: { type: 'Unconfined' } } }, 'unconfined: seccompProfile (every container)'],
  ])('%s', (_, spec, expected) => {
    expect(spelled(pod(spec)).filter((text) => text !== IMAGE && !text.startsWith('image'))).toEqual([expected]);
  });

  test('a volume of a node’s disk', () => {
    const volume = { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'v' }, spec: { local: { path: '/etc' } } };
    expect(spelled(volume)).toEqual(['hostPath: /etc (local volume)']);
  });

  test('AppArmor that an annotation switches off, of a pod and of a template', () => {
    const metadata = { annotations: { 'container.apparmor.security.beta.kubernetes.io/c': 'unconfined' } };
    const found = 'unconfined: appArmorProfile (container c)';
    expect(spelled({ ...pod({}), metadata })).toEqual([found]);
    expect(spelled({ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: {}, spec: { template: { metadata } } })).toEqual([
      found,
    ]);
    const other = { annotations: { 'container.apparmor.security.beta.kubernetes.io/c': 'runtime/default' } };
    expect(spelled({ ...pod({}), metadata: other })).toEqual([]);
  });

  test('a Secret that only an operator reads, and one that is pulled with, is no grant', () => {
    const spec = {
      secretRef: { name: 's' },
      secret: { name: 's' },
      imagePullSecrets: [{ name: 's' }],
      shareProcessNamespace: false,
    };
    expect(spelled(pod(spec))).toEqual([]);
  });

  test('what is switched off is no grant', () => {
    const securityContext = {
      privileged: false,
      allowPrivilegeEscalation: false,
      runAsUser: 1000,
      capabilities: { drop: ['ALL'] },
    };
    expect(spelled(pod({ hostNetwork: false, containers: [container({ securityContext })] }))).toEqual([IMAGE]);
  });

  const spec = { hostNetwork: true, containers: [container({})] };
  const found = ['hostNetwork: the network of the node', IMAGE];
  test.each<[string, object]>([
    ['a Pod', { kind: 'Pod', spec }],
    ['a Deployment', { kind: 'Deployment', spec: { template: { spec } } }],
    ['a CronJob', { kind: 'CronJob', spec: { jobTemplate: { spec: { template: { spec } } } } }],
    ['a Vrouter', { kind: 'Vrouter', spec: { common: spec } }],
    ['a kind of nobody', { kind: 'Odd', a: [{ b: { c: spec } }] }],
    ['a List', { kind: 'List', apiVersion: 'v1', items: [{ kind: 'Pod', spec }] }],
  ])('the template is found in %s', (_, object) => {
    expect(spelled(object)).toEqual(found);
  });

  test.each<[string, (text: string) => object]>([
    ['YAML in a ConfigMap', (text) => ({ kind: 'ConfigMap', data: { 'a.yaml': text } })],
    ['binaryData', (text) => ({ kind: 'ConfigMap', binaryData: { 'a.yaml': Buffer.from(text).toString('base64') } })],
  ])('objects as text: %s', (_, wrap) => {
    const text = `${stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec })}---\n${JSON.stringify(binding([{ kind: 'User', name: 'x' }]))}`;
    expect(spelled(wrap(text))).toEqual([
      'subject: User x, in ClusterRoleBinding b of a.yaml',
      'role: ClusterRole cluster-admin in the whole cluster, in ClusterRoleBinding b of a.yaml',
      'hostNetwork: the network of the node, in Pod p of a.yaml',
      `${IMAGE}, in Pod p of a.yaml`,
    ]);
    const twice = { kind: 'ConfigMap', data: { b: stringify({ apiVersion: 'v1', metadata: { name: 'inner' }, ...wrap(text) }) } };
    expect(spelled(twice)).toHaveLength(4);
  });

  test('objects in a here-document of a shell line', () => {
    const line = "kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  hostPID: true\nEOF\n";
    expect(spelled(pod({ containers: [container({ command: ['sh', '-c', line] })] }))).toEqual([
      'hostPID: the processes of the node, in Pod p of command',
      IMAGE,
    ]);
  });

  test('a namespace that lets privileged pods in', () => {
    const labels = { 'pod-security.kubernetes.io/enforce': 'privileged' };
    expect(spelled({ kind: 'Namespace', metadata: { name: 'n', labels } })).toEqual([
      'podSecurity: pods of level privileged are admitted',
    ]);
  });
});

describe('images', () => {
  test.each<[string, object, string]>([
    ['without a host', { containers: [{ name: 'c', image: 'busybox' }] }, 'docker.io/library/busybox (container c)'],
    ['of a user of docker.io', { containers: [{ name: 'c', image: 'me/x:1' }] }, 'docker.io/me/x:1 (container c)'],
    [
      'with port and digest',
      { containers: [{ name: 'c', image: `h:5000/x@sha256:${'a'.repeat(64)}` }] },
      `h:5000/x@sha256:${'a'.repeat(64)} (container c)`,
    ],
    [
      'that is never pulled',
      { containers: [{ name: 'c', image: 'h.io/x:1', imagePullPolicy: 'Never' }] },
      'h.io/x:1 (container c, never pulled: whatever the node has under this name)',
    ],
    ['of an ephemeral container', { ephemeralContainers: [{ name: 'c', image: 'h.io/x:1' }] }, 'h.io/x:1 (container c)'],
    ['as a volume', { volumes: [{ name: 'v', image: { reference: 'h.io/x:1' } }] }, 'h.io/x:1 (every container)'],
    [
      'in an environment',
      { containers: [{ name: 'c', env: [{ name: 'AGENT_IMAGE', value: 'x:1' }] }] },
      'docker.io/library/x:1 (container c)',
    ],
    ['in a flag', { containers: [{ name: 'c', args: ['--agent=h.io/a/x:1'] }] }, 'h.io/a/x:1 (container c)'],
    [
      'in a shell line',
      { containers: [{ name: 'c', command: ['sh', '-c', 'run "h.io/a/x:1"; true'] }] },
      'h.io/a/x:1 (container c)',
    ],
    ['in a field of another name', { agentImage: 'h.io/x:1' }, 'h.io/x:1 (every container)'],
    [
      'of a host that only looks alike',
      { containers: [{ name: 'c', image: 'hub.jun\u0456per.net/cn2/x:1' }] },
      'hub.jun\\u{456}per.net/cn2/x:1 (container c)',
    ],
  ])('%s', (_, spec, expected) => {
    expect(spelled(pod(spec))).toEqual([`image: ${expected}`]);
  });

  test('addresses, policies and flags are no images', () => {
    const args = ['--metrics-addr', '127.0.0.1:8081', 'https://h.io/a:1', '/etc/config:1', 'a/b'];
    const env = [
      { name: 'IMAGE_PULL_POLICY', value: 'Always' },
      { name: 'SERVER', value: '10.0.0.1:6443' },
    ];
    expect(spelled({ kind: 'Pod', spec: { containers: [{ name: 'c', args, env }] }, diskImage: '/var/x.img' })).toEqual([]);
  });
});

describe('what the API server is made to call', () => {
  const clientConfig = { service: { namespace: 'n', name: 's', port: 443, path: '/x' } };
  test.each<[string, object, string]>([
    [
      'a mutating webhook',
      {
        kind: 'MutatingWebhookConfiguration',
        webhooks: [{ clientConfig, rules: [{ operations: ['CREATE'], resources: ['pods'], apiGroups: [''] }] }],
      },
      'webhook: changes CREATE of pods of core at Service n/s:443, path /x',
    ],
    [
      'a validating webhook outside',
      {
        kind: 'ValidatingWebhookConfiguration',
        webhooks: [
          { clientConfig: { url: 'https://e.example/x' }, rules: [{ operations: ['*'], resources: ['*'], apiGroups: ['*'] }] },
        ],
      },
      'webhook: judges every operation of every resource of every group at https://e.example/x',
    ],
    [
      'a conversion',
      { kind: 'CustomResourceDefinition', spec: { conversion: { strategy: 'Webhook', webhook: { clientConfig } } } },
      'conversionWebhook: converts every object of the kind at Service n/s:443, path /x',
    ],
    [
      'an aggregated API',
      {
        kind: 'APIService',
        spec: { group: 'g', version: 'v1', service: { namespace: 'n', name: 's' }, insecureSkipTLSVerify: true },
      },
      'apiService: g/v1 is served by Service n/s, certificate not checked',
    ],
  ])('%s', (_, object, expected) => {
    expect(spelled(object)).toEqual([expected]);
  });
});

describe('against the live object', () => {
  test('what is new and what goes is marked, what stays is not', () => {
    const before = pod({ hostPID: true, containers: [container({})] });
    const after = pod({ hostNetwork: true, containers: [container({ image: 'hub.juniper.net/cn2/c:2' }), container({}, 'd')] });
    expect(grantChanges(before, { ...after, status: { image: 'x:1' } })).toEqual([
      { what: 'hostPID', detail: 'the processes of the node', mark: 'removed' },
      { what: 'hostNetwork', detail: 'the network of the node', mark: 'added' },
      { what: 'image', detail: 'hub.juniper.net/cn2/c:2 (container c)', mark: 'added' },
      { what: 'image', detail: 'hub.juniper.net/cn2/c:1 (container d)', mark: 'added' },
      { what: 'image', detail: 'hub.juniper.net/cn2/c:1 (container c)', mark: 'removed' },
    ]);
    expect(grantChanges(before, before).every(({ mark }) => mark === undefined)).toBe(true);
  });
});

test('the registry of images that name none', () => {
  const vrouter = (registry: string) => ({ kind: 'Vrouter', spec: { common: { defaultContainerRegistry: registry } } });
  const detail = 'from elsewhere.example/cn2 where an image names no registry';
  expect(grantsOf(vrouter('elsewhere.example/cn2'))).toEqual([{ what: 'image', detail }]);
  expect(grantsOf(vrouter(''))).toEqual([]);
  expect(grantChanges(vrouter(''), vrouter('elsewhere.example/cn2'))).toEqual([{ what: 'image', detail, mark: 'added' }]);
});

const whereShared = HAS_SHARED_CN2 ? describe : describe.skip;
whereShared("Juniper's published files", () => {
  test.each([
    [
      '22.1/distributed_cluster_deployer.yaml',
      { rule: 3, subject: 3, role: 3, hostNetwork: 1, serviceAccount: 1, secret: 1, image: 2 },
    ],
    [
      '22.1-dpdk/distributed_cluster_dpdk_deployer.yaml',
      { rule: 3, subject: 3, role: 3, hostNetwork: 1, serviceAccount: 1, secret: 1, image: 2 },
    ],
    [
      '22.2/distributed_cluster_deployer_example.yaml',
      { rule: 3, subject: 3, role: 3, hostNetwork: 1, serviceAccount: 1, secret: 1, image: 3 },
    ],
    [
      '22.2.0.100/distributed_cluster_deployer_example.yaml',
      { rule: 3, subject: 3, role: 3, hostNetwork: 1, serviceAccount: 1, secret: 1, image: 3 },
    ],
    [
      '22.4/distributed_cluster_deployer_example.yaml',
      { rule: 3, subject: 3, role: 3, hostNetwork: 1, serviceAccount: 1, secret: 1, image: 2 },
    ],
    [
      '23.4/distributed_cluster_deployer_example.yaml',
      { rule: 3, subject: 3, role: 3, hostNetwork: 1, serviceAccount: 1, secret: 2, image: 2 },
    ],
    [
      '23.4-eks/distributed_cluster_deployer_example.yaml',
      { rule: 3, subject: 3, role: 3, hostNetwork: 1, serviceAccount: 1, secret: 2, image: 2 },
    ],
    ['23.4/distributed_cluster_certmanager_example.yaml', { image: 4 }],
    ['23.4/distributed_cluster_vrouter_example.yaml', { image: 17 }],
  ])('%s', (file, expected) => {
    const counts: Record<string, number> = {};
    for (const { what } of sharedObjects(`manifests/${file}`).flatMap(grantsOf)) counts[what] = (counts[what] ?? 0) + 1;
    expect(counts).toEqual(expected);
  });

  test('the objects of the central cluster inside their ConfigMap are seen', () => {
    const texts = sharedObjects('manifests/22.2/central_cluster_deployer_example.yaml').flatMap(spelled);
    expect(texts).toContain(
      'image: hub.juniper.net/cn2/contrail-k8s-kubemanager:22.2.0.93 (container contrail-k8s-kubemanager), in Kubemanager contrail-k8s-kubemanager of contrail-cr.yaml',
    );
  });

  test("cert-manager's: webhooks and rules", () => {
    const texts = sharedObjects('manifests/23.4-eks/central_cluster_cert-manager.yaml').flatMap(spelled);
    expect(texts.filter((text) => text.startsWith('webhook: '))).toEqual([
      expect.stringContaining('changes CREATE, UPDATE of '),
      expect.stringContaining('judges CREATE, UPDATE of '),
    ]);
    expect(texts).toContain('aggregation: adds its rules to ClusterRole view');
  });
});
