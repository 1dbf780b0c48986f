import { createHash } from 'node:crypto';
import { parse, stringify } from 'yaml';
import type { CredentialRef } from '../model/fleet.ts';

/** Variables that the declaration of a lab refers to; nothing of the process' environment is read under these names. */
const PULL_SECRET = 'REHEARSAL_PULL_SECRET';
const KUBECONFIG = 'REHEARSAL_KUBECONFIG_';

/** Node names are of 63 characters at most, and end in those of the cluster and its role. */
const LONGEST = 24;

/** A declaration as it is written, without defaults. */
interface Written {
  metadata: { name: string };
  release: { pullSecret: CredentialRef };
  central: WrittenCluster;
  distributed?: WrittenCluster[];
  upgrade?: { soak?: string };
  smoke?: { keepProbes?: boolean };
}

interface WrittenCluster {
  name: string;
  server: string;
  kubeconfig: CredentialRef;
  handover?: CredentialRef;
  pullSecret?: CredentialRef;
}

/** The name of the lab in which a fleet is rehearsed: one that no lab of its people has. */
export function rehearsalName(fleet: string): string {
  if (fleet.length <= LONGEST) return `rehearsal-${fleet}`;
  const digest = createHash('sha256').update(fleet).digest('hex').slice(0, 8);
  return `rehearsal-${fleet.slice(0, LONGEST - 9).replace(/-+$/, '')}-${digest}`;
}

/**
 * The text of a declaration as a lab has it: another name, addresses of API servers that are free on this host, and credentials of the
 * lab. What is declared of networks stays. Only for a declaration without errors.
 * @param addresses of API servers, by cluster name
 */
export function labDeclaration(text: string, addresses: ReadonlyMap<string, string>): string {
  const written = parse(text) as Written;
  written.metadata.name = rehearsalName(written.metadata.name);
  written.release.pullSecret = { env: PULL_SECRET };
  for (const cluster of [written.central, ...(written.distributed ?? [])]) {
    const address = addresses.get(cluster.name);
    if (address !== undefined) cluster.server = `https://${address}:6443`;
    cluster.kubeconfig = { env: variableOf(cluster.name) };
    delete cluster.handover;
    if (cluster.pullSecret !== undefined) cluster.pullSecret = { env: PULL_SECRET };
  }
  // Between clusters that are upgraded nothing is waited for that time alone would show.
  if (written.upgrade?.soak !== undefined) written.upgrade.soak = '0s';
  written.smoke ??= {};
  // Nothing is kept where everything goes.
  delete written.smoke.keepProbes;
  return stringify(written);
}

/** What the credentials of such a declaration stand for. */
export function labCredential(reference: CredentialRef): { pullSecret: true } | { kubeconfig: string } | undefined {
  if (!('env' in reference)) return undefined;
  if (reference.env === PULL_SECRET) return { pullSecret: true };
  if (!reference.env.startsWith(KUBECONFIG)) return undefined;
  return { kubeconfig: reference.env.slice(KUBECONFIG.length).toLowerCase().replaceAll('_', '-') };
}

/** Names of clusters have small letters, digits and dashes, so that nothing is lost. */
function variableOf(cluster: string): string {
  return `${KUBECONFIG}${cluster.toUpperCase().replaceAll('-', '_')}`;
}
