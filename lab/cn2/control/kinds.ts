/** Where a kind lives in the API. */
export interface Kind {
  group: string;
  version: string;
  plural: string;
  kind: string;
  namespaced: boolean;
}

function kind(apiVersion: string, kindName: string, plural: string, namespaced = true): Kind {
  const slash = apiVersion.indexOf('/');
  return {
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    plural,
    kind: kindName,
    namespaced,
  };
}

export const NAMESPACE = kind('v1', 'Namespace', 'namespaces', false);
export const NODE = kind('v1', 'Node', 'nodes', false);
export const POD = kind('v1', 'Pod', 'pods');
export const SECRET = kind('v1', 'Secret', 'secrets');
export const CONFIG_MAP = kind('v1', 'ConfigMap', 'configmaps');
export const SERVICE = kind('v1', 'Service', 'services');
export const DEPLOYMENT = kind('apps/v1', 'Deployment', 'deployments');
export const STATEFUL_SET = kind('apps/v1', 'StatefulSet', 'statefulsets');
export const DAEMON_SET = kind('apps/v1', 'DaemonSet', 'daemonsets');
export const JOB = kind('batch/v1', 'Job', 'jobs');
export const CRD = kind('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', false);
export const API_SERVICE = kind('apiregistration.k8s.io/v1', 'APIService', 'apiservices', false);

/** CN2's kinds in the versions that a release stores. */
export interface Cn2Kinds {
  kubemanager: Kind;
  apiServer: Kind;
  controller: Kind;
  certificates: Kind;
  vrouter: Kind;
  control: Kind;
  virtualNetwork: Kind;
  subnet: Kind;
  router: Kind;
  virtualRouter: Kind;
  instanceIp: Kind;
  routingInstance: Kind;
  routeTarget: Kind;
  bgpRouter: Kind;
}

/** The kinds by the versions of configplane (and dataplane) and of core that a cluster serves. */
export function cn2Kinds(configplane: string, core: string): Cn2Kinds {
  const config = `configplane.juniper.net/${configplane}`;
  const contrail = `core.contrail.juniper.net/${core}`;
  return {
    kubemanager: kind(config, 'Kubemanager', 'kubemanagers'),
    apiServer: kind(config, 'ApiServer', 'apiservers'),
    controller: kind(config, 'Controller', 'controllers'),
    certificates: kind(config, 'ContrailCertificateManager', 'contrailcertificatemanagers'),
    vrouter: kind(`dataplane.juniper.net/${configplane}`, 'Vrouter', 'vrouters'),
    control: kind('controlplane.juniper.net/v1alpha1', 'Control', 'controls'),
    virtualNetwork: kind(contrail, 'VirtualNetwork', 'virtualnetworks'),
    subnet: kind(contrail, 'Subnet', 'subnets'),
    router: kind(contrail, 'VirtualNetworkRouter', 'virtualnetworkrouters'),
    virtualRouter: kind(contrail, 'VirtualRouter', 'virtualrouters', false),
    instanceIp: kind(contrail, 'InstanceIP', 'instanceips', false),
    routingInstance: kind(contrail, 'RoutingInstance', 'routinginstances'),
    routeTarget: kind(contrail, 'RouteTarget', 'routetargets', false),
    bgpRouter: kind(contrail, 'BGPRouter', 'bgprouters'),
  };
}

/** A kind's apiVersion as objects carry it. */
export function apiVersion(of: Kind): string {
  return of.group === '' ? of.version : `${of.group}/${of.version}`;
}

/** Path of a collection (no name) or an object; a namespaced kind without namespace is the collection of all namespaces. */
export function pathOf(of: Kind, namespace?: string, name?: string): string {
  const root = of.group === '' ? `/api/${of.version}` : `/apis/${of.group}/${of.version}`;
  const scope = of.namespaced && namespace !== undefined ? `/namespaces/${namespace}` : '';
  return `${root}${scope}/${of.plural}${name === undefined ? '' : `/${name}`}`;
}
