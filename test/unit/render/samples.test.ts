import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments, stringify } from 'yaml';
import { formatCidr, networkOf, parseCidr } from '../../../src/declare/cidr.ts';
import { type Fields, isFields } from '../../../src/model/json-object.ts';
import { groupOf, type KubernetesObject } from '../../../src/model/kubernetes.ts';
import { render } from '../../../src/render/render.ts';
import { judgeDeclaration, judgeManifests } from '../../../src/rules/judge.ts';
import { GUIDE, guideDeclaration, replaced } from '../../support/guide-fleet.ts';
import { HAS_SHARED_CN2, sharedNames, sharedText, vendorRelease } from '../../support/shared-cn2.ts';
import { smallRelease } from '../../support/small-release.ts';

/** Kinds that have keys; every other one is said by `extra`, or left out with the reason. */
const KEYED = new Set(['Namespace', 'Subnet', 'VirtualNetwork', 'VirtualNetworkRouter']);

interface Sample {
  file: string;
  /** The declaration from `namespaces:` on; what keys do not say is under `extra` beside it. */
  declared: string;
  /** Kinds that have keys and are under `extra` all the same: kind → why. */
  asExtra?: Record<string, string>;
  /** What is said of it, none of which is an error: rule → why. */
  warned?: Record<string, string>;
  /** What the declaration makes and the sample does not have: kind and name → why. */
  besides?: Record<string, string>;
}

const FRONTEND = 'multi-ns-contour-ingress-profile-frontend-0000001';
const MIDDLEWARE = 'multi-ns-contour-ingress-profile-middleware-0000001';
const APP = 'cluster1/t2-test-app1/t2-test-app1';
const display = (name: string) => `annotations: {core.juniper.net/display-name: ${name}}`;
const appNetwork = (tier: string, role: string, third: number) => `  - cluster: cluster1
    namespace: t2-test-app1
    name: t2-test-app1-${tier}-vn
    labels: {vn: ${role}}
    ${display(`t2-test-app1-${tier}-vn`)}
    podNetwork: true
    v4: {cidr: 23.1.${third}.0/24, gateway: 23.1.${third}.254, subnet: t2-test-app1-${tier}-sn}
`;
const meshNetwork = (number: number, label: string) => `  - cluster: cluster1
    namespace: ns1
    name: vn${number}
    labels: {vn: ${label}}
    ${display(`vn${number}`)}
    v4: {cidr: ${number}0.0.0.0/24, gateway: ${number}0.0.0.1, subnet: subnet${number}}
`;

const SAMPLES: Sample[] = [
  {
    file: '02-test_app1-ns-vn-vnr.yaml',
    declared: `namespaces: [{cluster: cluster1, name: t2-test-app1, labels: {ns: t2-test-app1}}]
networks:
${appNetwork('frontend', 'spoke', 1)}${appNetwork('middleware', 'hub', 2)}${appNetwork('backend', 'spoke', 3)}connections:
  - name: app
    type: hub-spoke
    hubs: [${APP}-middleware-vn]
    spokes: [${APP}-frontend-vn, ${APP}-backend-vn]
    routers:
      ${APP}-middleware-vn: {name: vnr-hub, labels: {vnr: hub}}
      ${APP}-frontend-vn: {name: vnr-spoke, labels: {vnr: spoke}}
      ${APP}-backend-vn: {name: vnr-spoke, labels: {vnr: spoke}}
`,
  },
  {
    file: '03-ext-net.yaml',
    declared: `namespaces: [{cluster: cluster1, name: t2-prod-app1, manage: false}]
networks:
  - cluster: cluster1
    namespace: t2-prod-app1
    name: t2-ext-svc-vn
    labels: {service.contrail.juniper.net/externalNetworkSelector: default-external}
    ${display('t2-ext-svc-vn')}
    fabricForwarding: true
    routeTargets: ["target:64512:10000"]
    v4: {cidr: 10.219.90.160/28, gateway: 10.219.90.161, subnet: t2-ext-svc-sn}
`,
  },
  {
    file: '04-podnetwork-workload-and-service.yaml',
    declared: 'namespaces: [{cluster: cluster1, name: t2-test-app1, manage: false}]\n',
  },
  {
    file: '06-red-blue-vnr-and-nads.yml',
    declared: `namespaces: [{cluster: cluster1, name: cirrosvm, manage: false}, {cluster: cluster1, name: centosvm, manage: false}]
`,
    asExtra: { VirtualNetworkRouter: 'it selects networks that come from NetworkAttachmentDefinitions' },
  },
  {
    file: '08-single-vn.md',
    declared: `namespaces: [{cluster: cluster1, name: contrail, manage: false}]
networks:
  - cluster: cluster1
    namespace: contrail
    name: vn1
    annotations: {core.juniper.net/display-name: VN1, core.juniper.net/description: VirtualNetwork represents.}
    v4: {cidr: 192.168.10.0/24, gateway: 192.168.10.1, subnet: subnet1, ranges: [{key: key1, from: 192.168.10.2, to: 192.168.10.100}]}
    routeTargets: [target:64512:1000]
    fabricSNAT: false
    fabricForwarding: false
    forwardingMode: l2_l3
`,
    warned: { E25: 'the pod names its network without the namespace' },
  },
  {
    file: '09-bgprouter.md',
    declared: 'namespaces: [{cluster: cluster1, name: contrail, manage: false}]\n',
  },
  {
    file: '10-ipfabric-ns-vn-bgp.yaml',
    declared: `namespaces: [{cluster: cluster1, name: ns1, isolated: true, forwarding: ip-fabric}]
networks: [{cluster: cluster1, namespace: ns1, name: vn1, ${display('vn1')}, fabricForwarding: true}]
`,
  },
  {
    file: '11-vnr-hubspokemesh.yaml',
    declared: `namespaces: [{cluster: cluster1, name: ns1, manage: false}]
networks:
${meshNetwork(1, 'web')}${meshNetwork(2, 'web')}${meshNetwork(3, 'db')}${meshNetwork(4, 'db')}connections:
  - name: star
    type: hub-spoke
    spokes: [cluster1/ns1/vn1, cluster1/ns1/vn2]
    hubs: [cluster1/ns1/vn3, cluster1/ns1/vn4]
    routers:
      cluster1/ns1/vn1: {name: vnr1, labels: {vnrgroup: spokes}}
      cluster1/ns1/vn2: {name: vnr1, labels: {vnrgroup: spokes}}
      cluster1/ns1/vn3: {name: vnr2, labels: {vnrgroup: hubs}}
      cluster1/ns1/vn4: {name: vnr2, labels: {vnrgroup: hubs}}
  - name: ring
    type: mesh
    networks: [cluster1/ns1/vn3, cluster1/ns1/vn4]
    routers: {cluster1/ns1/vn3: {name: vnr3, labels: {}}, cluster1/ns1/vn4: {name: vnr3, labels: {}}}
`,
  },
  {
    file: '13-aio-profile4-isolated-ns-vnr.yaml',
    declared: `namespaces:
  - {cluster: cluster1, name: ${FRONTEND}, isolated: true, forwarding: ip-fabric, labels: {name: ${FRONTEND}, vn: frontend-0000001-pod}}
  - {cluster: cluster1, name: ${MIDDLEWARE}, isolated: true, manage: false, labels: {name: ${MIDDLEWARE}}}
networks:
  - {cluster: cluster1, namespace: ${FRONTEND}, name: front, labels: {vn: frontend-0000001-pod}, v4: {cidr: 10.1.0.0/24}}
  - {cluster: cluster1, namespace: ${MIDDLEWARE}, name: middle, labels: {vn: middleware-0000001-service}, v4: {cidr: 10.2.0.0/24}}
connections:
  - name: app
    type: mesh
    networks: [cluster1/${FRONTEND}/front, cluster1/${MIDDLEWARE}/middle]
    routers: {cluster1/${FRONTEND}/front: frontend-0000001-pod, cluster1/${MIDDLEWARE}/middle: middleware-0000001-service}
`,
    besides: {
      'VirtualNetwork front': 'the excerpt has no networks',
      'VirtualNetwork middle': 'the excerpt has no networks',
      'Subnet front-v4': 'the excerpt has no networks',
      'Subnet middle-v4': 'the excerpt has no networks',
      'VirtualNetworkRouter middleware-0000001-service': 'the excerpt has one of the two routers',
    },
  },
];

/** The objects of a sample; one that is Markdown has them in blocks of code. */
function published(file: string): KubernetesObject[] {
  const text = sharedText(`samples/${file}`);
  const yaml = file.endsWith('.md') ? [...text.matchAll(/^```\n([\s\S]*?)^```/gm)].map(([, block]) => block).join('---\n') : text;
  return parseAllDocuments(yaml).flatMap((document) => (document as { toJS(): KubernetesObject | null }).toJS() ?? []);
}

function rendered(declared: string, own: readonly KubernetesObject[]) {
  const extra = own.length === 0 ? '' : 'extra: [{cluster: cluster1, path: own}]\n';
  const declaration = guideDeclaration(GUIDE.slice(0, GUIDE.indexOf('namespaces:\n')) + declared + extra);
  expect([...declaration.findings, ...judgeDeclaration(declaration)].filter(({ severity }) => severity === 'error')).toEqual([]);
  const extraFiles = { 'own/sample.yaml': own.map((object) => `---\n${stringify(object)}`).join('') };
  const { tree, findings } = render({ declaration, vendorFiles: smallRelease(), ...(own.length === 0 ? {} : { extraFiles }) });
  expect(findings).toEqual([]);
  const { fleet, manifests } = tree!;
  const judged = judgeManifests({ declaration, fleet, manifests, vendorFiles: {} });
  return { objects: manifests.filter(({ stage }) => stage >= '70').map(({ object }) => object), judged };
}

const COSMETIC = ['core.juniper.net/display-name', 'core.juniper.net/description'];
const OWN_LABELS = ['app.kubernetes.io/managed-by', 'cn2-fleet/fleet'];

/**
 * What an object means. Versions of the API go with the release. Left out: what a server adds to a namespace; the fleet's labels; names for
 * people on Subnets and routers. An import without a namespaceSelector is one of the router's own namespace (documented), which the renderer
 * always names; a CIDR with host bits (E4) is its network.
 */
function meaning({ apiVersion, kind, metadata, ...rest }: KubernetesObject): unknown {
  const { namespace, name } = metadata;
  if (!KEYED.has(kind)) return { apiVersion, kind, namespace, name, ...rest, ...marksOf(metadata, []) };
  const spec = structuredClone(isFields(rest['spec']) ? rest['spec'] : {});
  if (kind === 'Namespace') delete spec['finalizers'];
  if (typeof spec['cidr'] === 'string') spec['cidr'] = formatCidr(networkOf(parseCidr(spec['cidr'])!));
  for (const family of ['v4', 'v6']) {
    const reference = spec[`${family}SubnetReference`];
    if (isFields(reference)) reference['apiVersion'] = groupOf(String(reference['apiVersion']));
  }
  const imports = isFields(spec['import']) ? (spec['import']['virtualNetworkRouters'] as Fields[]) : [];
  for (const entry of imports) entry['namespaceSelector'] ??= { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
  const forPeople = kind === 'Subnet' || kind === 'VirtualNetworkRouter' ? COSMETIC : [];
  return { ...{ group: groupOf(apiVersion), kind, namespace, name, spec }, ...marksOf(metadata, forPeople) };
}

function marksOf({ labels, annotations }: KubernetesObject['metadata'], forPeople: readonly string[]) {
  const without = (map: Record<string, string> = {}, keys: readonly string[]) =>
    Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));
  return { labels: without(labels, OWN_LABELS), annotations: without(annotations, forPeople) };
}

const titleOf = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.name}`;

const samples = HAS_SHARED_CN2 ? describe : describe.skip;

samples('what other people have published, declared by keys and extra', () => {
  test.each(SAMPLES)('$file', ({ file, declared, asExtra = {}, warned = {}, besides = {} }) => {
    const all = published(file);
    expect(all.length).toBeGreaterThan(0);
    const isKeyed = ({ kind }: KubernetesObject) => KEYED.has(kind) && asExtra[kind] === undefined;
    const own = all.filter((object) => !isKeyed(object));
    const { objects, judged } = rendered(declared, own);
    const made = new Map(objects.map((object) => [titleOf(object), object]));
    expect([...made.keys()].sort()).toEqual([...all.map(titleOf), ...Object.keys(besides)].sort());
    for (const object of all) expect(meaning(made.get(titleOf(object))!)).toEqual(meaning(object));
    expect(judged.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect([...new Set(judged.map(({ rule }) => rule))].sort()).toEqual(Object.keys(warned));
  });
});

samples('what other people have published of CN2 itself', () => {
  const ofDistributed = (text: string, vendorFiles: Record<string, string>): KubernetesObject => {
    const declaration = guideDeclaration(text);
    const told = [...declaration.findings, ...judgeDeclaration(declaration)];
    expect(told.filter(({ severity }) => severity === 'error')).toEqual([]);
    const { tree, findings } = render({ declaration, vendorFiles });
    expect(findings).toEqual([]);
    return tree!.manifests.find(({ object }) => object.kind === 'Kubemanager')!.object;
  };

  test('01-kubemanager_ds1.yaml: the Kubemanager of a cluster, with a registry of its own; CIDRs are canonical', () => {
    const [sample] = published('01-kubemanager_ds1.yaml');
    const files = Object.fromEntries(
      Object.entries(vendorRelease('22.4')).map(([file, text]) => [
        file,
        text.replaceAll('enterprise-hub.juniper.net', 'enterprise-hub.jnpr.net'),
      ]),
    );
    const text = `${replaced(replaced(GUIDE.slice(0, GUIDE.indexOf('distributed:\n')), '22.2.0.93', '22.4.0.284'), 'manifests: cn2/22.2', 'manifests: cn2/22.4\n  registry: enterprise-hub.jnpr.net/contrail-container-prod')}distributed:
  - name: ds1-cluster
    index: 0
    kubemanager: kubemanager-ds1cluster
    kubeconfigSecret: ds1-kubeconfig
    kubemanagerNodeSelector: {node-role.kubernetes.io/control-plane: ""}
    kubeconfig: {env: KUBECONFIG_DS1}
    server: https://172.27.115.183:6443
    podSubnets: [10.234.64.0/18, "fd85:ee78:d8a6:8608::1:0000/112"]
    serviceSubnets: [10.234.0.0/18, "fd85:ee78:d8a6:8608::1000/116"]
`;
    const made = ofDistributed(text, files);
    const spec = { ...(sample!['spec'] as Fields), podV6Subnet: 'fd85:ee78:d8a6:8608::1:0/112' };
    expect([made.apiVersion, made.metadata.name, made.metadata.namespace]).toEqual([
      sample!.apiVersion,
      sample!.metadata.name,
      sample!.metadata.namespace,
    ]);
    expect(made['spec']).toEqual(spec);
    expect(marksOf(made.metadata, [])).toEqual(marksOf(sample!.metadata, []));
  });

  test('14-deployer.yaml: CN2 of the central cluster, which is a precondition; as the central file of a folder it is read, not applied', () => {
    const objects = published('14-deployer.yaml');
    const central = sharedText('samples/14-deployer.yaml').replaceAll('<redacted>', '<base64-encoded-credential>');
    const files = {
      ...Object.fromEntries(Object.entries(vendorRelease('22.1')).filter(([file]) => !file.includes('central'))),
      'cn2/22.1/14-deployer.yaml': central,
    };
    const text = replaced(replaced(GUIDE, '22.2.0.93', '22.1.0.93'), 'manifests: cn2/22.2', 'manifests: cn2/22.1');
    const made = ofDistributed(text, files);
    const carrier = objects.find(({ kind }) => kind === 'ConfigMap')!;
    const own = parseAllDocuments((carrier['data'] as Record<string, string>)['contrail-cr.yaml']!)
      .map((document) => (document as { toJS(): KubernetesObject }).toJS())
      .find(({ kind }) => kind === 'Kubemanager')!;
    // Of its own Kubemanager that of a distributed cluster has image, node selector and version.
    const common = (own['spec'] as { common: Fields }).common;
    expect(made.apiVersion).toBe(own.apiVersion);
    expect(made['spec']).toMatchObject({ common: { containers: common['containers'], nodeSelector: common['nodeSelector'] } });
  });

  test('15-kubemanager-externalNetworkSelectors.yaml: said of the Kubemanager of an attached cluster; the central one is a precondition', () => {
    const [sample] = published('15-kubemanager-externalNetworkSelectors.yaml');
    const text = replaced(
      GUIDE,
      'kubemanager: kubemanager-cluster2',
      `kubemanager: {name: kubemanager-cluster2, spec: ${JSON.stringify(sample!['spec'])}}`,
    );
    const made = ofDistributed(text, smallRelease());
    expect(made['spec']).toMatchObject(sample!['spec'] as Fields);
    expect(made.metadata.name).toBe('kubemanager-cluster2');
  });

  test('no sample is left out', () => {
    const tested = [
      ...SAMPLES.map(({ file }) => file),
      '01-kubemanager_ds1.yaml',
      '14-deployer.yaml',
      '15-kubemanager-externalNetworkSelectors.yaml',
    ];
    expect(tested.sort()).toEqual(sharedNames('samples').filter((name) => name !== 'SOURCES.md'));
  });
});
