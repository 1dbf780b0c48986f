/** A certificate or key: embedded (base64 of PEM) or in a file. */
export type Material = { data: string } | { file: string };

/** What the chosen context of a kubeconfig says about the server. */
export interface KubeconfigCluster {
  name: string;
  /** https://host:port, perhaps with a path, without a trailing slash. */
  server: string;
  tlsServerName?: string;
  /** The server's certificate is not checked. */
  insecure: boolean;
  authority?: Material;
  /** proxy-url as it is written: it may hold a user and a password. */
  proxyUrl?: string;
  /** The extension that is passed to exec plug-ins (client.authentication.k8s.io/exec), unchanged. */
  execConfig?: unknown;
}

/** A credential plug-in (client-go's ExecConfig). */
export interface ExecPlugin {
  apiVersion: string;
  command: string;
  args: string[];
  env: { name: string; value: string }[];
  /** What to do where the program is missing. */
  installHint?: string;
  provideClusterInfo: boolean;
  /** Never, IfAvailable or Always. */
  interactiveMode?: string;
}

export interface Impersonation {
  user: string;
  uid?: string;
  groups: string[];
  extra: Record<string, string[]>;
}

/** Who logs in, and how. */
export interface KubeconfigUser {
  name: string;
  clientCertificate?: Material;
  clientKey?: Material;
  token?: string;
  tokenFile?: string;
  basic?: { username: string; password: string };
  impersonate?: Impersonation;
  exec?: ExecPlugin;
  /** Name of the auth-provider, which client-go has removed. */
  authProvider?: string;
}

/** One context of a kubeconfig, as client-go reads it. */
export interface Kubeconfig {
  context: string;
  cluster: KubeconfigCluster;
  user: KubeconfigUser;
}
