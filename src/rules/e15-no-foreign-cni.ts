import { clusterPlace, isWithoutVrouter } from './live-cluster.ts';
import { finding, type Rule } from './rule.ts';

/** DaemonSets of CNI plug-ins, as their published manifests name them. */
const FOREIGN_CNI =
  /^(?:kube-flannel(?:-ds(?:-[a-z0-9]+)?)?|calico-node|canal|cilium(?:-agent)?|weave-net|kindnet|kube-router|antrea-agent|kube-multus-ds(?:-[a-z0-9]+)?|multus|aws-node|azure-cni(?:-[a-z0-9]+)*|kube-ovn-cni|ovs-ovn|ovnkube-(?:node|master)|romana-agent|contiv-netplugin|cni-genie)$/;

/** Works beside another plug-in: published DPDK clusters have it before CN2, whose `cni.metaPlugin` knows it. */
const META_PLUGIN = /multus/;

/** Checked only until CN2 runs there: afterwards Multus and others may have been added on purpose. */
export const noForeignCni: Rule = {
  id: 'E15',
  sentence:
    'A cluster that is attached has no other CNI plug-in (kubespray: kube_network_plugin: cni, kube_network_plugin_multus: false); Multus is a warning.',
  remedy: 'Remove the plug-in and its files in /etc/cni/net.d from every node, or create the cluster without one.',
  source: 'documented',
  judgeLive({ fleet, source, live }) {
    return live.clusters
      .filter((cluster) => cluster.role === 'distributed' && isWithoutVrouter(cluster))
      .flatMap((cluster) =>
        (cluster.facts?.daemonSets ?? [])
          .map((name) => ({ name, plugIn: name.slice(name.indexOf('/') + 1) }))
          .filter(({ plugIn }) => FOREIGN_CNI.test(plugIn))
          .map(({ name, plugIn }) =>
            finding(
              this,
              clusterPlace(fleet, source, cluster.name),
              `DaemonSet ${name} of ${cluster.name} is another CNI plug-in`,
              { cluster: cluster.name, severity: META_PLUGIN.test(plugIn) ? 'warning' : 'error' },
            ),
          ),
      );
  },
};
