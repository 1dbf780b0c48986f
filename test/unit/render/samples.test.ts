import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { formatCidr, networkOf, parseCidr } from '../../../src/declare/cidr.ts';
import { type Fields, isFields } from '../../../src/model/json-object.ts';
import { groupOf, type KubernetesObject } from '../../../src/model/kubernetes.ts';
import { render } from '../../../src/render/render.ts';
import { judgeDeclaration } from '../../../src/rules/judge.ts';
import { GUIDE, guideDeclaration } from '../../support/guide-fleet.ts';
import { HAS_SHARED_CN2, sharedText } from '../../support/shared-cn2.ts';
import { smallRelease } from '../../support/small-release.ts';

/** Kinds that have keys; every other one is left out, with the reason. */
const KEYED = new Set(['Namespace', 'Subnet', 'VirtualNetwork', 'VirtualNetworkRouter']);

interface Sample {
  file: string;
  /** The declaration from `namespaces:` on. */
  declared: string;
  /** Published objects that no key makes: kind → why. */
  leftOut?: Record<string, string>;
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
    declared: 'namespaces: []\n',
    leftOut: { Deployment: 'a workload of its users', Service: 'belongs to that workload' },
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
    leftOut: { Pod: 'a workload of its users' },
  },
  {
    file: '10-ipfabric-ns-vn-bgp.yaml',
    declared: `namespaces: [{cluster: cluster1, name: ns1, isolated: true, forwarding: ip-fabric}]
networks: [{cluster: cluster1, namespace: ns1, name: vn1, ${display('vn1')}, fabricForwarding: true}]
`,
    leftOut: { BGPRouter: 'the way out of the fleet, which is not a network' },
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

function rendered(declared: string): KubernetesObject[] {
  const declaration = guideDeclaration(GUIDE.slice(0, GUIDE.indexOf('namespaces:\n')) + declared);
  expect([...declaration.findings, ...judgeDeclaration(declaration)].filter(({ severity }) => severity === 'error')).toEqual([]);
  const { tree, findings } = render({ declaration, vendorFiles: smallRelease() });
  expect(findings).toEqual([]);
  return tree!.manifests.filter(({ stage }) => stage >= '70').map(({ object }) => object);
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
  const spec = structuredClone(isFields(rest['spec']) ? rest['spec'] : {});
  if (kind === 'Namespace') delete spec['finalizers'];
  if (typeof spec['cidr'] === 'string') spec['cidr'] = formatCidr(networkOf(parseCidr(spec['cidr'])!));
  for (const family of ['v4', 'v6']) {
    const reference = spec[`${family}SubnetReference`];
    if (isFields(reference)) reference['apiVersion'] = groupOf(String(reference['apiVersion']));
  }
  const imports = isFields(spec['import']) ? (spec['import']['virtualNetworkRouters'] as Fields[]) : [];
  for (const entry of imports) entry['namespaceSelector'] ??= { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
  const without = (map: Record<string, string> = {}, keys: readonly string[]) =>
    Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));
  const forPeople = kind === 'Subnet' || kind === 'VirtualNetworkRouter' ? COSMETIC : [];
  return {
    ...{ group: groupOf(apiVersion), kind, namespace, name, spec },
    labels: without(metadata.labels, OWN_LABELS),
    annotations: without(metadata.annotations, forPeople),
  };
}

const titleOf = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.name}`;

(HAS_SHARED_CN2 ? describe : describe.skip)('what other people have published, declared by keys', () => {
  test.each(SAMPLES)('$file', ({ file, declared, leftOut = {}, besides = {} }) => {
    const objects = published(file);
    expect(objects.length).toBeGreaterThan(0);
    const keyed = objects.filter(({ kind }) => KEYED.has(kind));
    expect([...new Set(objects.filter(({ kind }) => !KEYED.has(kind)).map(({ kind }) => kind))].sort()).toEqual(
      Object.keys(leftOut).sort(),
    );
    const made = new Map(rendered(declared).map((object) => [titleOf(object), object]));
    expect([...made.keys()].sort()).toEqual([...keyed.map(titleOf), ...Object.keys(besides)].sort());
    for (const object of keyed) expect(meaning(made.get(titleOf(object))!)).toEqual(meaning(object));
  });
});
