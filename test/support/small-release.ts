import { releaseFacts } from '../../src/cn2/releases.ts';

/** Small vendor files of a release's shape, made for tests: path relative to the declaration → text. */
export function smallRelease(
  version = '22.2.0.93',
  folder = 'cn2/22.2',
  registry = 'hub.juniper.net/cn2',
): Record<string, string> {
  const facts = releaseFacts(version)!;
  const image = (name: string, tag = version) => `${registry}/${name}:${tag}`;
  const webhook = facts.conversionWebhook;
  const files: Record<string, string> = {
    [`${folder}/central_cluster_deployer_example.yaml`]: `apiVersion: apps/v1
kind: Deployment
metadata: {name: contrail-k8s-deployer, namespace: contrail-deploy}
spec:
  template:
    spec:
      containers:
      - {name: contrail-k8s-deployer, image: '${image('contrail-k8s-deployer')}', command: [/manager]}
---
apiVersion: v1
kind: ConfigMap
metadata:
  creationTimestamp: null
  name: contrail-cr
  namespace: contrail
data:
  contrail-cr.yaml: |
    apiVersion: configplane.juniper.net/${facts.versions.configplane}
    kind: Kubemanager
    metadata:
      name: contrail-k8s-kubemanager
      namespace: contrail
    spec:
      common:
        containers:
        - image: ${image('contrail-k8s-kubemanager')}
          name: contrail-k8s-kubemanager
${webhook ? '' : '        nodeSelector:\n          node-role.kubernetes.io/master: ""\n'}`,
    [`${folder}/distributed_cluster_deployer_example.yaml`]: `apiVersion: v1
kind: Namespace
metadata:
  name: contrail
---
apiVersion: v1
kind: Namespace
metadata:
  name: contrail-deploy
---
apiVersion: v1
kind: Secret
metadata:
  name: registrypullsecret
  namespace: contrail-deploy
data:
  .dockerconfigjson: <base64-encoded-credential>
type: kubernetes.io/dockerconfigjson
---
${
  webhook
    ? `apiVersion: v1
kind: Secret
metadata:
  name: webhook-server-cert
  namespace: contrail-deploy
data:
  ca.crt: Y2E=
  tls.crt: Y2VydA==
  tls.key: a2V5
type: kubernetes.io/tls
---
apiVersion: v1
kind: Service
metadata:
  name: webhook-service
  namespace: contrail-deploy
spec:
  ports:
  - {port: 443, targetPort: 29443}
  selector: {app: contrail-k8s-deployer}
---
`
    : ''
}apiVersion: apps/v1
kind: Deployment
metadata:
  name: contrail-k8s-deployer
  namespace: contrail-deploy
spec:
  replicas: 1
${webhook ? '  strategy: {type: Recreate}\n' : ''}  selector:
    matchLabels: {app: contrail-k8s-deployer}
  template:
    metadata:
      labels: {app: contrail-k8s-deployer}
    spec:
      containers:
      - name: contrail-k8s-deployer
        image: ${image('contrail-k8s-deployer')}
        command: [sh, -c, /manager -central-cluster-config-path /etc/config/central/kubeconfig]
      initContainers:
      - name: crdloader
        image: ${image('contrail-k8s-distributed-crdloader')}
`,
    [`${folder}/distributed_cluster_vrouter_example.yaml`]: `#
# Uncomment below this line to include contrail-network-config configMap
# ---
# apiVersion: v1
# kind: ConfigMap
---
apiVersion: dataplane.juniper.net/${facts.versions.dataplane}
kind: Vrouter
metadata:
  name: contrail-vrouter-masters
  namespace: contrail
spec:
  clusterName: distributed-cluster
  cni: {clusterName: distributed-cluster, vifType: veth}
  common:
    containers:
    - {name: contrail-vrouter-agent, image: '${image('contrail-vrouter-agent')}'}
    initContainers:
    - {name: contrail-init, image: '${image('contrail-init')}'}
---
apiVersion: dataplane.juniper.net/${facts.versions.dataplane}
kind: Vrouter
metadata:
  name: ${webhook ? 'contrail-vrouter-nodes' : 'contrail-vrouter-nodes-1'}
  namespace: contrail
spec:
  clusterName: distributed-cluster-1
  maxUnavailablePercentage: 100%
  common:
    containers:
    - {name: contrail-vrouter-agent, image: '${image('contrail-vrouter-agent')}'}
`,
  };
  if (facts.certificates) {
    files[`${folder}/distributed_cluster_certmanager_example.yaml`] =
      `apiVersion: configplane.juniper.net/${facts.versions.configplane}
kind: ContrailCertificateManager
metadata:
  name: contrailcertificatemanager
  namespace: contrail
spec:
  common:
    containers:
    - {name: contrail-k8s-cert-generator, image: '${image('contrail-k8s-cert-manager')}'}
    - {name: cert-manager, image: '${image('cert-manager-controller', 'v1.13.2')}'}
  secrets:
  - {name: xmpp-tls-vrouter-agent, namespace: contrail, components: [vrouter-xmpp]}
`;
  }
  return files;
}
