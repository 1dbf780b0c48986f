import { ClientSideCluster } from '../client-side/client-side-cluster.ts';
import { environmentNames } from '../declare/credential-references.ts';
import { withAbsolutePaths } from '../kubeconfig/absolute-paths.ts';
import { readKubeconfig } from '../kubeconfig/read.ts';
import type { SourceMap } from '../model/declaration.ts';
import { isGoneForGood } from '../model/detached.ts';
import type { Finding } from '../model/finding.ts';
import type { CredentialRef, Fleet } from '../model/fleet.ts';
import type { Problem } from '../model/live.ts';
import type { Scope } from '../model/scope.ts';
import { type Cluster, ClusterError } from '../ports/cluster.ts';
import type { Redactor } from '../report/redactor.ts';
import { revealCredential } from '../report/secret-values.ts';
import { discreetCluster } from './discreet-cluster.ts';
import type { SurveyPorts } from './survey-ports.ts';

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

/** Opens a connection per cluster in scope (the central one always is; one that is gone for good never). Sends no request. */
export async function openClusters(
  ports: Pick<SurveyPorts, 'credentials' | 'connector' | 'secrets'>,
  fleet: Fleet,
  scope: Scope,
  source?: SourceMap,
): Promise<Session> {
  const session: Session = {
    connections: new Map(),
    clusters: new Map(),
    findings: [],
    secrets: ports.secrets,
    async [Symbol.asyncDispose]() {
      await Promise.all([...session.clusters.values()].map((cluster) => cluster[Symbol.asyncDispose]()));
    },
  };
  const declared = [
    { cluster: fleet.central, pointer: '/central/kubeconfig' },
    ...fleet.distributed.flatMap((cluster, position) =>
      scope.has(cluster.name) && !isGoneForGood(cluster) ? [{ cluster, pointer: `/distributed/${position}/kubeconfig` }] : [],
    ),
  ];
  ports.connector.withhold?.(environmentNames(fleet));
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
      const text = value.folder === undefined ? value.value : withAbsolutePaths(value.value, value.folder);
      const connection = await ports.connector.connect(name, text, {
        ...(kubeconfig.context === undefined ? {} : { context: kubeconfig.context }),
        ...(value.tracked === undefined ? {} : { tracked: value.tracked }),
        reveal: (secret) => ports.secrets.revealAuthorization(secret),
      });
      session.findings.push(...uncheckedServer(value.value, name, kubeconfig, pointer, source));
      const discreet = discreetCluster(new ClientSideCluster(connection), ports.secrets);
      session.connections.set(name, discreet);
      session.clusters.set(name, discreet);
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      session.connections.set(name, { cause: 'credential', message: error.message });
      const finding = credentialFinding(source, pointer, name, kubeconfig, error.message);
      session.findings.push(value.tracked === undefined ? finding : { ...finding, remedy: TRACKED_REMEDY });
    }
  }
  return session;
}

const TRACKED_REMEDY =
  'Give the kubeconfig as a secret ({env: …}), or embed the credentials in the file (kubectl config view --flatten --raw).';

/** A connection whose server is not checked is made, as kubectl makes it, and warned of. */
function uncheckedServer(
  kubeconfig: string,
  name: string,
  ref: CredentialRef,
  pointer: string,
  source: SourceMap | undefined,
): Finding[] {
  try {
    const { cluster } = readKubeconfig(kubeconfig, ref.context);
    // Without TLS there is nothing to check.
    if (!cluster.insecure || cluster.server.startsWith('http:')) return [];
  } catch {
    // What is wrong with it says the connection.
    return [];
  }
  const message = `${name}: the kubeconfig does not check the server (insecure-skip-tls-verify): whoever answers at its address gets the credential`;
  return [
    {
      ...credentialFinding(source, pointer, name, ref, message),
      severity: 'warning',
      remedy: 'Replace insecure-skip-tls-verify with certificate-authority-data.',
    },
  ];
}

/** A finding of rule credential at the place of the reference. */
export function credentialFinding(
  source: SourceMap | undefined,
  pointer: string,
  cluster: string | undefined,
  ref: CredentialRef,
  reason: string,
): Finding {
  const place = source?.valueAt(pointer);
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

/** Why there is no connection to a cluster, by its name. */
export function unconnectedIn({ connections }: Session): Map<string, string> {
  return new Map([...connections].flatMap(([name, to]) => ('cause' in to ? [[name, to.message] as const] : [])));
}
