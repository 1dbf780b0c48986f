/**
 * Words that every document and text of this tool is made of: the keys and constants of the schemas, kinds and fields of Kubernetes and
 * CN2. A password that is one of them cannot be hidden: to replace it everywhere would break documents, and say which word it is.
 */
const WORDS = new Set(
  `00-preflight 10-access 20-deployer 30-certificates 40-kubemanager 50-vrouter 60-restart 70-namespaces 80-networks 90-routers 95-extra
  action adapted apiVersion approved attached before branch central changed changes closed cluster clusters cn2-fleet/v1 column
  complete completed conflict conflictsWith connections context create created credentials declaration defaultPodNetwork degraded
  delete detached differing digest distributed emulated expected fabric-snat failed family fields findings fingerprint forwarding
  gateway handover headSha hub-spoke inconclusive ip-fabric isolated kindOfDrift kubeconfig kubeconfigSecret kubemanager
  kubemanagerNodeSelector kubernetesClusterName labels leftovers lossPercent manage manager manifests median message metadata
  namespace namespaces network networks nodeSubnets not-run nothing number object offline operation outcome outdated podSubnets
  predicted proposal proposalPending pullSecret reason received refused registry related release remedy removed replace requests
  restart result rolled-back routers rttP95Ms schemaVersion seconds secret server serviceSubnets severity source spokes status
  stopped subnet target thresholds unchanged unexpectedly-reachable unknown unreachable unspecified update updated verdict version
  warning workers written
  routeTargetList importRouteTargetList exportRouteTargetList virtualNetworkNetworkId virtualNetworkProperties v4SubnetReference
  v6SubnetReference fqName
  annotations fabricForwarding fabricSNAT forwardingMode podNetwork rpf vni ranges from to key dns routeTargets importRouteTargets exportRouteTargets l2_l3 enable disable
  cn2-fleet contrail contrail-deploy contrail-system password kubernetes kube-system kubectl default secrets Secret Secrets rendered
  rendered/ Namespace Deployment ConfigMap Kubemanager VirtualNetwork VirtualNetworkRouter Subnet Bearer Opaque string command github
  serial renderedBy vendor merging asPublished differs touches approves deviations inputs exactly covered surplus missing different
  approval grants awaitingApply detail subject aggregation privileged hostPath hostPID hostIPC hostNetwork hostPort capability
  privilegeEscalation unconfined podSecurity serviceAccount webhook conversionWebhook apiService takes
  nearest dryRun writes commits pullRequest comment advanced replaced parents remove
  notCompared limited foreign writers firstSeen lastGoodLook Update serverSideApply disrupts heldBy policy disruptive allow refuse replacement vrouter traffic dns
  images listenerPort constantRouteTargetNumber retired spec patches merge patched level until
  upgrade maxUnavailable soak order nodes
  detach keep detaches kept content unplugged
  adoption adopted notAdopted
  diagnoses rung cause paths vrouter router probe replies api mtu tcp seenAs connected refused timeout wrong-peer jitter
  means exec logs echo ping-socket raw-socket baseline at runId change before newly-broken repaired slower node since slowdown samples strict
  rehearsed leftOut remarks continuity passed broken intervalMs interruptions unmeasured lasting planned
  diagnose evidence outdated state right wrong last severity warning affects perNode keepProbes netRaw
  drift maxAge attention assignees reviewers teamReviewers draft
  counts remaining folder
  about what notes commands area checks seen to-do ok remark rights workflows git-attributes identities pull-requests environment
  doctor first-plan
  testsuites testsuite testcase classname properties property leftover skipped failure failures tests statistic gauge
  cn2_fleet cn2_fleet_smoke cn2_fleet_drift cn2_fleet_cluster cn2_fleet_cluster_judged cn2_fleet_drift_changes cn2_fleet_drift_complete
  cn2_fleet_drift_emulated cn2_fleet_drift_findings cn2_fleet_drift_undeclared cn2_fleet_drift_proposal_pending
  cn2_fleet_drift_awaiting_apply cn2_fleet_smoke_complete cn2_fleet_smoke_emulated cn2_fleet_smoke_leftovers cn2_fleet_smoke_paths
  cn2_fleet_smoke_path_ok cn2_fleet_smoke_path_change cn2_fleet_smoke_changes system-out cn2_fleet_smoke_packets_sent cn2_fleet_smoke_packets_received cn2_fleet_smoke_round_trip_seconds
  cn2_fleet_smoke_tcp_connected cn2_fleet_smoke_mtu_bytes source_node target_node
  source_cluster source_network target_cluster target_network kind_of_drift
  title tone sentence topology lines good warn pairs columns kinds count role state groups heading sign word interrupts changed legend mark
  same mesh spoke members subnets leftovers created conflict
  summary markdown errors commit request exit-code failure-reason plan-digest`.split(/\s+/),
);

/** Whether a value is such a word. */
export function isOwnWord(value: string): boolean {
  return WORDS.has(value);
}
