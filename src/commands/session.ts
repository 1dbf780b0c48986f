import type { SourceMap } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { CredentialRef, Fleet } from '../model/fleet.ts';
import type { Problem } from '../model/live.ts';
import { type Cluster, ClusterError } from '../ports/cluster.ts';
import type { Redactor } from '../report/redactor.ts';
import { revealCredential } from '../report/secret-values.ts';
import type { Options, Ports } from './context.ts';
import { discreetCluster } from './discreet-cluster.ts';

/** Connections to the clusters in scope, and what credentials came to light on the way. */
export interface Session extends AsyncDisposable {
  /** By declared name: a connection, or why there is none. */
  connections: Map<string, Cluster | Problem>;
  /** The connections alone. */
  clusters: Map<string, Cluster>;
  /** Rule credential: references without a value, kubeconfigs that cannot be used. */
  findings: Finding[];
  /** What no output may show. */
  secrets: Redactor;
}

/** Opens a connection per cluster in scope (the central one always is). Sends no request. */
export async function openClusters(ports: Ports, options: Options, fleet: Fleet, source?: SourceMap): Promise<Session> {
  const session: Session = {
    connections: new Map(),
    clusters: new Map(),
    findings: [],
    secrets: ports.secrets,
    async [Symbol.asyncDispose]() {
      await Promise.all([...session.clusters.values()].map((cluster) => cluster[Symbol.asyncDispose]()));
    },
  };
  const inScope = (name: string) => options.only.length === 0 || options.only.includes(name);
  const declared = [
    { cluster: fleet.central, pointer: '/central/kubeconfig' },
    ...fleet.distributed.flatMap((cluster, position) =>
      inScope(cluster.name) ? [{ cluster, pointer: `/distributed/${position}/kubeconfig` }] : [],
    ),
  ];
  for (const { cluster, pointer } of declared) {
    const { name, kubeconfig } = cluster;
    const value = await ports.credentials.resolve(kubeconfig);
    if (value.status === 'missing') {
      session.connections.set(name, { cause: 'credential', message: `${name}: ${value.reason}` });
      session.findings.push(credentialFinding(source, pointer, name, kubeconfig, value.reason));
      continue;
    }
    revealCredential(ports.secrets, value.value);
    try {
      const connection = await ports.connector.connect(name, value.value, {
        ...(kubeconfig.context === undefined ? {} : { context: kubeconfig.context }),
        reveal: (secret) => ports.secrets.revealAuthorization(secret),
      });
      const discreet = discreetCluster(connection, ports.secrets);
      session.connections.set(name, discreet);
      session.clusters.set(name, discreet);
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      session.connections.set(name, { cause: 'credential', message: error.message });
      session.findings.push(credentialFinding(source, pointer, name, kubeconfig, error.message));
    }
  }
  return session;
}

/** A finding of rule credential at the place of the reference. */
export function credentialFinding(
  source: SourceMap | undefined,
  pointer: string,
  cluster: string | undefined,
  ref: CredentialRef,
  reason: string,
): Finding {
  const place = source?.values[pointer];
  return {
    rule: 'credential',
    severity: 'error',
    ...(source === undefined || place === undefined ? {} : { file: source.file, ...place }),
    ...(cluster === undefined ? {} : { cluster }),
    message: reason,
    remedy:
      'env' in ref
        ? `Set ${ref.env} to the content, plain or base64; in a workflow, cn2-fleet init adds the line that passes the secret on.`
        : `Put the content into ${ref.file}, relative to the declaration.`,
  };
}
