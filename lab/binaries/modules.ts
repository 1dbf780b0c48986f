/** Version of Kubernetes that the lab runs; go.mod of kubernetes/ names the same one. */
export const KUBERNETES_VERSION = 'v1.36.3';

/** Tags that kubeadm of this Kubernetes version gives to the images beside its own (kubeadm's constants). */
export const ETCD_TAG = '3.6.8-0';
export const COREDNS_TAG = 'v1.14.2';
export const PAUSE_TAG = '3.10.2';

/** A Go module of this folder and how its commands are built. */
export interface BinaryModule {
  /** Folder below lab/binaries. */
  folder: string;
  /** What a person calls it in a progress line. */
  title: string;
  /** Flags of `go build`. Changing one makes a new cache key. */
  flags: readonly string[];
  commands: readonly BinaryCommand[];
}

export interface BinaryCommand {
  name: BinaryName;
  /** The Go package. */
  package: string;
  /** Seconds of a cold build on two cores, when what stands before it in the list is built. */
  seconds: number;
}

export type BinaryName =
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kubelet'
  | 'kubeadm'
  | 'kubectl'
  | 'kube-proxy'
  | 'etcd'
  | 'coredns'
  | 'kind'
  | 'pause'
  | 'act'
  | 'actionlint';

/** A build from a module has no git tree to take the version from, and both packages are asked for it. */
function kubernetesVersionFlags(): string {
  const [major, minor] = KUBERNETES_VERSION.slice(1).split('.');
  const facts = { gitVersion: KUBERNETES_VERSION, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  return ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
    .flatMap((path) => Object.entries(facts).map(([key, value]) => `-X ${path}.${key}=${value}`))
    .join(' ');
}

const STRIPPED = ['-trimpath', '-ldflags', '-s -w'];

/** Everything that is built from published Go modules on demand, the lab's first. */
export const BINARY_MODULES: readonly BinaryModule[] = [
  {
    folder: 'pause',
    title: 'pause',
    flags: STRIPPED,
    commands: [{ name: 'pause', package: '.', seconds: 5 }],
  },
  {
    folder: 'kind',
    title: 'kind',
    flags: STRIPPED,
    commands: [{ name: 'kind', package: 'sigs.k8s.io/kind', seconds: 40 }],
  },
  {
    folder: 'etcd',
    title: 'etcd',
    flags: STRIPPED,
    commands: [{ name: 'etcd', package: 'go.etcd.io/etcd/server/v3', seconds: 90 }],
  },
  {
    folder: 'kubernetes',
    title: 'Kubernetes',
    flags: ['-trimpath', '-tags', 'selinux,notest,grpcnotrace', '-ldflags', `-s -w ${kubernetesVersionFlags()}`],
    commands: [
      { name: 'kube-apiserver', package: 'k8s.io/kubernetes/cmd/kube-apiserver', seconds: 335 },
      { name: 'kube-controller-manager', package: 'k8s.io/kubernetes/cmd/kube-controller-manager', seconds: 100 },
      { name: 'kube-scheduler', package: 'k8s.io/kubernetes/cmd/kube-scheduler', seconds: 15 },
      { name: 'kubelet', package: 'k8s.io/kubernetes/cmd/kubelet', seconds: 55 },
      { name: 'kubeadm', package: 'k8s.io/kubernetes/cmd/kubeadm', seconds: 50 },
      { name: 'kubectl', package: 'k8s.io/kubernetes/cmd/kubectl', seconds: 50 },
      { name: 'kube-proxy', package: 'k8s.io/kubernetes/cmd/kube-proxy', seconds: 50 },
    ],
  },
  {
    folder: 'coredns',
    title: 'CoreDNS',
    flags: STRIPPED,
    commands: [{ name: 'coredns', package: '.', seconds: 180 }],
  },
  {
    folder: 'act',
    title: 'act',
    flags: [...STRIPPED, '-tags', 'WITHOUT_DOCKER'],
    commands: [{ name: 'act', package: 'github.com/nektos/act', seconds: 60 }],
  },
  {
    folder: 'actionlint',
    title: 'actionlint',
    flags: STRIPPED,
    commands: [{ name: 'actionlint', package: 'github.com/rhysd/actionlint/cmd/actionlint', seconds: 20 }],
  },
];
