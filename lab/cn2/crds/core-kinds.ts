import { bool, int32, int64, labels, list, object, open, reference, type Schema, selector, text, texts } from './schema.ts';

/**
 * The core kinds. Real CN2 serves them through an aggregated API with code of its own; here they are custom resources, of a second API
 * server in the lab, with the published fields and a few status fields more, which CN2's API works out when it prints a table.
 */
function status(more: Record<string, Schema> = {}): Schema {
  return object({ state: text, observation: text, ...more });
}

/** A reference to a RouteTarget: also says in which direction, where it is one. */
const targetReference: Schema = object(
  { ...(reference['properties'] as Record<string, Schema>), attributes: object({ importExport: text }) },
  ['uid'],
);

/** A list whose entries the API tells apart by uid, as published field managers show. */
function keyed(items: Schema): Schema {
  return { ...list(items), 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['uid'] };
}

export const virtualNetwork: Schema = {
  spec: object({
    v4SubnetReference: reference,
    v6SubnetReference: reference,
    fabricSNAT: bool,
    fabricForwarding: bool,
    isProviderNetwork: bool,
    podNetwork: bool,
    routeTargetList: texts,
    importRouteTargetList: texts,
    exportRouteTargetList: texts,
    virtualNetworkProperties: object({ forwardingMode: text, rpf: text }),
    virtualNetworkNetworkId: int64,
    vlanID: int32,
    providerNetworkReference: reference,
    routeTableReferences: list(reference),
    fqName: texts,
  }),
  status: status({ virtualNetworkNetworkId: int64, ipFamilies: text }),
};

export const subnet: Schema = {
  spec: object({
    cidr: text,
    defaultGateway: text,
    dnsNameservers: texts,
    enableDhcp: bool,
    ranges: list(object({ key: text, ipRanges: list(object({ from: text, to: text }, ['from', 'to'])) })),
    disableBGPaaSIPAutoAllocation: bool,
    bgpaasPrimaryIP: text,
    bgpaasSecondaryIP: text,
    fqName: texts,
  }),
  status: status({ allocationUsage: text, ipCount: int64 }),
};

export const router: Schema = {
  spec: object(
    {
      type: text,
      virtualNetworkSelector: selector,
      import: object({
        virtualNetworkRouters: list(object({ virtualNetworkRouterSelector: selector, namespaceSelector: selector })),
      }),
      routeTarget: text,
      routingType: text,
      l3vxlanNetworkIdentifier: int64,
      fqName: texts,
    },
    ['type', 'virtualNetworkSelector'],
  ),
  status: status({ l3vxlanNetworkIdentifier: int64 }),
};

export const virtualRouter: Schema = {
  spec: object({
    parent: reference,
    virtualRouterIPAddress: text,
    virtualRouterType: text,
    virtualRouterDpdkEnabled: bool,
    fqName: texts,
  }),
  status: status(),
};

export const instanceIp: Schema = {
  spec: object({
    instanceIPAddress: text,
    instanceIPFamily: text,
    cidr: text,
    virtualNetworkReference: reference,
    virtualMachineInterfaceReferences: list(reference),
    ipRangeKeys: texts,
    fqName: texts,
  }),
  status: status({ subnetReference: reference }),
};

export const routingInstance: Schema = {
  spec: object({ parent: reference, routeTargetReferences: keyed(targetReference), fqName: texts }),
  status: status({
    defaultRouteTargetReference: targetReference,
    isDefault: bool,
    virtualNetworkRouterRouteTargetReferences: {
      type: 'object',
      additionalProperties: object({ routeTargetReferences: list(targetReference) }),
    },
  }),
};

export const routeTarget: Schema = { spec: object({ fqName: texts }), status: status() };

export const virtualMachineInterface: Schema = {
  spec: object({
    parent: reference,
    virtualNetworkReference: reference,
    virtualMachineReferences: list(reference),
    virtualMachineInterfaceMacAddresses: open,
    properties: open,
    tags: labels,
    fqName: texts,
  }),
  status: status(),
};

export const bgpRouter: Schema = {
  spec: object({ parent: reference, bgpRouterParameters: open, bgpRouterReferences: list(reference), fqName: texts }),
  status: status(),
};
