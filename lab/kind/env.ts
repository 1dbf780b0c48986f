import type { CredentialRef, Fleet } from '../../src/model/fleet.ts';
import type { LabCluster } from './clusters.ts';
import { LabError } from './commands.ts';

/** A value that the declaration refers to. */
export interface Credential {
  /** Where the reference stands, for messages. */
  at: string;
  ref: CredentialRef;
  value: string;
}

/** Every credential of a declaration with the lab's value for it; `kubeconfigs` by cluster name. */
export function labCredentials(
  fleet: Fleet,
  clusters: readonly LabCluster[],
  kubeconfigs: Readonly<Record<string, string>>,
  pullSecret: string,
): Credential[] {
  const credentials: Credential[] = [{ at: 'release.pullSecret', ref: fleet.release.pullSecret, value: pullSecret }];
  for (const cluster of clusters) {
    const value = kubeconfigs[cluster.name] ?? '';
    credentials.push({ at: `${cluster.name}: kubeconfig`, ref: cluster.kubeconfig, value });
    if (cluster.handover) credentials.push({ at: `${cluster.name}: handover`, ref: cluster.handover, value });
  }
  for (const { name, pullSecret: ref } of fleet.distributed)
    if (ref) credentials.push({ at: `${name}: pullSecret`, ref, value: pullSecret });
  return credentials;
}

/**
 * Lines for a shell: `export NAME=<base64>` for each variable that the declaration refers to, in its order, and a comment
 * for each file. Throws LabError where one variable would need two values.
 */
export function envLines(credentials: readonly Credential[]): string[] {
  const values = new Map<string, Credential>();
  const lines: string[] = [];
  for (const credential of credentials) {
    const { ref, value, at } = credential;
    if ('file' in ref) {
      lines.push(`# ${at} is read from the file ${ref.file}; the lab writes no files beside the declaration`);
      continue;
    }
    const known = values.get(ref.env);
    if (known !== undefined && known.value !== value)
      throw new LabError(`${ref.env} is declared for ${known.at} and for ${at}, which need different values`);
    if (known !== undefined) continue;
    values.set(ref.env, credential);
    lines.push(`export ${ref.env}=${Buffer.from(value).toString('base64')}`);
  }
  return lines;
}

/** A docker configuration with credentials of the lab for registry hosts. Nothing is ever pulled with it. */
export function labPullSecret(hosts: readonly string[]): string {
  const [username, password] = ['lab', 'lab'];
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  return JSON.stringify({ auths: Object.fromEntries(hosts.map((host) => [host, { username, password, auth }])) });
}
