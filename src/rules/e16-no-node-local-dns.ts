import { clusterPlace } from './live-cluster.ts';
import { finding, type Rule } from './rule.ts';

const NODE_LOCAL_DNS = /^(?:nodelocaldns|node-local-dns)(?:-[a-z0-9]+)*$/;

/** Its listener is an address of the node that pods of CN2 networks do not reach. */
export const noNodeLocalDns: Rule = {
  id: 'E16',
  sentence: 'A cluster of the fleet runs no node-local DNS cache (kubespray: enable_nodelocaldns: false).',
  remedy: 'Delete the DaemonSet and let the kubelets hand out the address of the cluster DNS service.',
  source: 'documented',
  judgeLive({ fleet, source, live }) {
    return live.clusters.flatMap((cluster) =>
      (cluster.facts?.daemonSets ?? [])
        .filter((name) => NODE_LOCAL_DNS.test(name.slice(name.indexOf('/') + 1)))
        .map((name) =>
          finding(
            this,
            clusterPlace(fleet, source, cluster.name),
            `DaemonSet ${name} of ${cluster.name} is a node-local DNS cache`,
            {
              cluster: cluster.name,
              // CN2 runs on the central cluster before this tool does, so there it is only a warning.
              severity: cluster.role === 'central' ? 'warning' : 'error',
            },
          ),
        ),
    );
  },
};
