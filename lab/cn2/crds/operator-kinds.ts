import {
  bool,
  conditions,
  int32,
  int64,
  integer,
  labels,
  list,
  object,
  open,
  type Schema,
  selector,
  text,
  texts,
} from './schema.ts';

/** Fields of the operator kinds, as Juniper's CRDs publish them; parts that nothing here looks into are kept open. */
const status = object({ phase: text, status: text, conditions, controlDataAddress: labels, isolationEnabledTime: text });

export const kubemanager: Schema = {
  spec: object({
    clusterName: { type: 'string', maxLength: 63, pattern: '^[a-z0-9]+[a-z0-9-]*[a-z0-9]+$' },
    kubeconfigSecretName: text,
    podV4Subnet: text,
    podV6Subnet: text,
    serviceV4Subnet: text,
    serviceV6Subnet: text,
    listenerPort: int32,
    constantRouteTargetNumber: int64,
    enableNad: { type: 'boolean', default: true },
    autonomousSystem: integer,
    enableFourByteAs: bool,
    namespace: text,
    managerMetricsBindAddress: text,
    externalNetworkSelectors: {
      type: 'object',
      additionalProperties: object({ networkSelector: selector, namespaceSelector: selector }),
    },
    externalNetworkV4Subnet: text,
    externalNetworkV6Subnet: text,
    ipFabricFowardingExtSvc: bool,
    common: open,
  }),
  status,
};

/** Only v1 knows isolateNamespaces; in v1alpha1 it is pruned. */
export const kubemanagerV1: Schema = {
  spec: object({
    ...((kubemanager.spec as { properties: Record<string, Schema> }).properties ?? {}),
    isolateNamespaces: object({
      enable: bool,
      defaultForwardingMode: { type: 'string', enum: ['fabric-snat', 'ip-fabric'] },
      exceptionList: texts,
    }),
  }),
  status,
};

export const vrouter: Schema = {
  spec: object({
    clusterName: text,
    cni: object({
      clusterName: text,
      vifType: { type: 'string', default: 'veth' },
      configPath: text,
      configPriority: text,
      metaPlugin: text,
      mtu: integer,
      parentInterface: text,
    }),
    agentModeType: { type: 'string', default: 'kernel' },
    agent: object({
      default: {
        type: 'object',
        'x-kubernetes-preserve-unknown-fields': true,
        properties: {
          xmppAuthEnable: bool,
          collectors: texts,
          tunnelType: { type: 'string', default: 'MPLSoGRE' },
          httpServerPort: { type: 'integer', default: 8085 },
        },
      },
      sandesh: open,
      virtualHostInterface: open,
      controlNode: open,
    }),
    controlNodeInstance: { type: 'string', default: 'contrail-control' },
    controlNodes: texts,
    installCni: { type: 'boolean', default: true },
    metricsBindAddress: { type: 'string', default: '127.0.0.1:18084' },
    maxUnavailablePercentage: { anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true },
    headlessMode: bool,
    dpdk: open,
    kernel: open,
    vCommon: open,
    fabricInterface: text,
    interfaces: list(open),
    logPath: text,
    restoreInterfaces: bool,
    terminationGracePeriodSeconds: int64,
    common: open,
  }),
  status,
};

export const apiServer: Schema = {
  spec: object({
    autonomousSystem: integer,
    enableSNAT: bool,
    enableFourByteAs: bool,
    listenerPort: integer,
    etcdSecret: text,
    etcdServers: texts,
    defaultNamespace: text,
    common: open,
  }),
  status,
};

export const controller: Schema = {
  spec: object({ defaultNamespace: text, managerMetricsBindAddress: text, common: open }),
  status,
};

export const certificates: Schema = {
  spec: object({
    generatorType: text,
    caSecret: open,
    log_level: integer,
    secrets: list(
      object({
        name: text,
        namespace: text,
        components: texts,
        dns: texts,
        duration: { type: 'string', default: '87600h' },
        renewBefore: { type: 'string', default: '360h' },
      }),
    ),
    common: open,
  }),
  status,
};

export const control: Schema = {
  spec: object({
    xmppAuthEnable: bool,
    introspectSslEnable: bool,
    sandeshSslEnable: bool,
    autonomousSystem: integer,
    bgpPort: integer,
    xmppPort: integer,
    collectors: texts,
    common: open,
  }),
  status,
};

export const statusMonitor: Schema = { spec: object({ defaultNamespace: text, listenerPort: integer, common: open }), status };

export const networkAttachment: Schema = { spec: object({ config: text }) };
