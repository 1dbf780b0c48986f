import { stringify } from 'yaml';
import { CONFIGPLANE, CORE, DATAPLANE } from '../../../src/cn2/names.ts';
import { RELEASES, type ReleaseFacts, releaseFacts } from '../../../src/cn2/releases.ts';
import * as core from './core-kinds.ts';
import * as operator from './operator-kinds.ts';
import type { Schema } from './schema.ts';

interface Definition {
  group: string;
  kind: string;
  plural: string;
  shortNames?: string[];
  clusterScoped?: boolean;
  /** Name of each served version and its schema; the first one is stored. */
  versions: [string, Schema][];
  columns?: { name: string; type: string; jsonPath: string }[];
}

/**
 * Text of every file of the folders with definitions, by name, for an image tag: `crd` is what the crd loaders apply on a cluster,
 * `core` what the API server of the core kinds serves. Throws for a tag of no known release.
 */
export function crdFiles(version: string): { crd: Record<string, string>; core: Record<string, string> } {
  const facts = releaseFacts(version);
  if (!facts) throw new Error(`no CN2 release has the image tag ${version}`);
  return { crd: folder(operatorKinds(facts)), core: folder(coreKinds(facts)) };
}

function operatorKinds({ versions, certificates }: ReleaseFacts): Definition[] {
  // v1 is stored and v1alpha1 still served from 23.3 on.
  const moved = (schema: Schema, v1: Schema = schema): [string, Schema][] =>
    versions.configplane === 'v1' ? [['v1', v1], ['v1alpha1', schema]] : [['v1alpha1', schema]]; // biome-ignore format: two cases
  const alpha = (schema: Schema): [string, Schema][] => [['v1alpha1', schema]];
  return [
    { group: CONFIGPLANE, kind: 'ApiServer', plural: 'apiservers', versions: moved(operator.apiServer) },
    { group: CONFIGPLANE, kind: 'Controller', plural: 'controllers', versions: moved(operator.controller) },
    {
      group: CONFIGPLANE,
      kind: 'Kubemanager',
      plural: 'kubemanagers',
      versions: moved(operator.kubemanager, operator.kubemanagerV1),
    },
    { group: DATAPLANE, kind: 'Vrouter', plural: 'vrouters', versions: moved(operator.vrouter) },
    { group: 'controlplane.juniper.net', kind: 'Control', plural: 'controls', versions: alpha(operator.control) },
    {
      group: 'k8s.cni.cncf.io',
      kind: 'NetworkAttachmentDefinition',
      plural: 'network-attachment-definitions',
      shortNames: ['net-attach-def'],
      versions: [['v1', operator.networkAttachment]],
    },
    ...(certificates
      ? [
          {
            group: CONFIGPLANE,
            kind: 'ContrailCertificateManager',
            plural: 'contrailcertificatemanagers',
            versions: moved(operator.certificates),
          },
          {
            group: 'contrailstatus.juniper.net',
            kind: 'Contrailstatusmonitor',
            plural: 'contrailstatusmonitors',
            versions: alpha(operator.statusMonitor),
          },
        ]
      : []),
  ];
}

/** The version that a release stores, and those that releases before it have stored: their objects are still there after an upgrade. */
function coreVersions(stored: string): string[] {
  const earlier = [...new Set(RELEASES.map(({ versions }) => versions.core))];
  return earlier.slice(0, earlier.indexOf(stored as ReleaseFacts['versions']['core']) + 1).reverse();
}

function coreKinds({ versions }: ReleaseFacts): Definition[] {
  const state = { name: 'State', type: 'string', jsonPath: '.status.state' };
  const define = (
    kind: string,
    plural: string,
    shortName: string,
    schema: Schema,
    more: Partial<Definition> = {},
  ): Definition => ({
    group: CORE,
    kind,
    plural,
    shortNames: [shortName],
    versions: coreVersions(versions.core).map((version) => [version, schema]),
    columns: [state],
    ...more,
  });
  return [
    define('VirtualNetwork', 'virtualnetworks', 'vn', core.virtualNetwork, {
      columns: [
        { name: 'VNI', type: 'integer', jsonPath: '.status.virtualNetworkNetworkId' },
        { name: 'IP Families', type: 'string', jsonPath: '.status.ipFamilies' },
        state,
      ],
    }),
    define('Subnet', 'subnets', 'sn', core.subnet, {
      columns: [
        { name: 'CIDR', type: 'string', jsonPath: '.spec.cidr' },
        { name: 'Usage', type: 'string', jsonPath: '.status.allocationUsage' },
        state,
      ],
    }),
    define('VirtualNetworkRouter', 'virtualnetworkrouters', 'vnr', core.router, {
      columns: [{ name: 'Type', type: 'string', jsonPath: '.spec.type' }, state],
    }),
    define('VirtualRouter', 'virtualrouters', 'vr', core.virtualRouter, {
      clusterScoped: true,
      columns: [{ name: 'IP Address', type: 'string', jsonPath: '.spec.virtualRouterIPAddress' }, state],
    }),
    define('InstanceIP', 'instanceips', 'iip', core.instanceIp, {
      clusterScoped: true,
      columns: [
        { name: 'Address', type: 'string', jsonPath: '.spec.instanceIPAddress' },
        { name: 'Network', type: 'string', jsonPath: '.spec.virtualNetworkReference.name' },
        state,
      ],
    }),
    define('RoutingInstance', 'routinginstances', 'ri', core.routingInstance),
    define('BGPRouter', 'bgprouters', 'br', core.bgpRouter),
    define('RouteTarget', 'routetargets', 'rt', core.routeTarget, { clusterScoped: true }),
    define('VirtualMachineInterface', 'virtualmachineinterfaces', 'vmi', core.virtualMachineInterface),
  ];
}

function folder(definitions: Definition[]): Record<string, string> {
  const files: Record<string, string> = {};
  for (const definition of definitions)
    files[`${definition.group}_${definition.plural}.yaml`] = stringify(crd(definition), STYLE);
  files['kustomization.yaml'] = stringify({ resources: Object.keys(files).sort() }, STYLE);
  return files;
}

const STYLE = { lineWidth: 0, aliasDuplicateObjects: false } as const;

/** Lists carry no list type, so they are atomic, as CN2's are. */
function crd(definition: Definition): object {
  const singular = definition.kind.toLowerCase();
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${definition.plural}.${definition.group}` },
    spec: {
      group: definition.group,
      scope: definition.clusterScoped ? 'Cluster' : 'Namespaced',
      names: {
        kind: definition.kind,
        listKind: `${definition.kind}List`,
        plural: definition.plural,
        singular: definition.group === 'k8s.cni.cncf.io' ? 'network-attachment-definition' : singular,
        ...(definition.shortNames ? { shortNames: definition.shortNames } : {}),
      },
      versions: definition.versions.map(([name, properties], index) => ({
        name,
        served: true,
        storage: index === 0,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' }, ...properties },
          },
        },
        ...('status' in properties ? { subresources: { status: {} } } : {}),
        ...(definition.columns
          ? {
              additionalPrinterColumns: [
                ...definition.columns,
                { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
              ],
            }
          : {}),
      })),
    },
  };
}
