import { NETWORKS_ANNOTATION } from '../cn2/names.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { EchoMeans } from '../model/smoke.ts';
import { waitingCommand } from './listener.ts';
import { LIFETIME_SECONDS, smokeMetadata } from './marks.ts';
import type { Probe } from './probes.ts';

export const CONTAINER = 'probe';

/** The group that may open ping sockets, so that no capability is needed. A narrow range: the full one is refused in user namespaces. */
const USER = 65532;

/** A route that a probe needs: pods keep their default route on the default network, so other virtual networks need one each. */
export interface Route {
  cidr: string;
  gateway: string;
}

export interface PodOptions {
  image: string;
  /** Name of a pull secret in the probe's namespace. */
  pullSecret?: string;
  /** The value of its label: the run, or that it is kept. */
  run: string;
  /** Absent: it is kept after the test. */
  now?: number;
  routes: readonly Route[];
  echo: EchoMeans;
}

/** Adds the routes; a gateway that is not on the pod's link is an error that ends up in the pod's status. */
const ROUTES = `for i in /sbin/ip /usr/sbin/ip /bin/ip /usr/bin/ip ip; do [ -x "$i" ] && break; done
while [ $# -gt 1 ]; do case "$1" in *:*) f=-6;; *) f=-4;; esac
"$i" "$f" route replace "$1" via "$2" || exit 1; shift 2; done`;

/**
 * A pod that waits to be told what to ping. It runs under Pod Security "restricted"; only where routes are to be added an init container
 * has NET_ADMIN, and nothing of that is left when the probe runs.
 */
export function probePod(probe: Probe, name: string, options: PodOptions): KubernetesObject {
  const metadata = smokeMetadata(name, probe.namespace, options.run, options.now);
  if (probe.network) metadata.annotations = { ...metadata.annotations, [NETWORKS_ANNOTATION]: probe.network.centralName };
  const routes = options.routes.flatMap((route) => [route.cidr, route.gateway]);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: {
      ...(options.now === undefined
        ? { restartPolicy: 'Always' }
        : { restartPolicy: 'Never', activeDeadlineSeconds: LIFETIME_SECONDS }),
      terminationGracePeriodSeconds: 1,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      dnsPolicy: 'Default',
      ...(options.pullSecret === undefined ? {} : { imagePullSecrets: [{ name: options.pullSecret }] }),
      tolerations: ['control-plane', 'master'].map((role) => ({
        key: `node-role.kubernetes.io/${role}`,
        operator: 'Exists',
        effect: 'NoSchedule',
      })),
      ...(probe.node === undefined ? {} : { affinity: onNode(probe.node) }),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: USER,
        runAsGroup: USER,
        seccompProfile: { type: 'RuntimeDefault' },
        ...(options.echo === 'ping-socket' ? { sysctls: [{ name: 'net.ipv4.ping_group_range', value: `${USER} ${USER}` }] } : {}),
      },
      ...(routes.length === 0 ? {} : { initContainers: [routeContainer(options.image, routes)] }),
      containers: [
        {
          ...container(options.image),
          name: CONTAINER,
          command: waitingCommand(name, options.now === undefined ? undefined : LIFETIME_SECONDS),
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
            // A capability that is added to a user other than root is none of the programs that it starts.
            ...(options.echo === 'raw-socket'
              ? { runAsUser: 0, runAsGroup: 0, runAsNonRoot: false, capabilities: { drop: ['ALL'], add: ['NET_RAW'] } }
              : {}),
          },
        },
      ],
    },
  };
}

/** Through the scheduler, which says why where that is not possible; a label of the host's name need not be the node's. */
export function onNode(node: string): object {
  const term = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] };
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } } };
}

function container(image: string): object {
  return {
    image,
    imagePullPolicy: 'IfNotPresent',
    terminationMessagePolicy: 'FallbackToLogsOnError',
    resources: { requests: { cpu: '10m', memory: '32Mi' } },
  };
}

function routeContainer(image: string, routes: readonly string[]): object {
  return {
    ...container(image),
    name: 'routes',
    command: ['sh', '-c', ROUTES, 'routes', ...routes],
    securityContext: {
      runAsUser: 0,
      runAsGroup: 0,
      runAsNonRoot: false,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] },
    },
  };
}
