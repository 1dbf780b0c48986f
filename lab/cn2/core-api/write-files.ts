import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { frontProxy } from '../../apiserver/aggregated/front-proxy.ts';
import { REVIEWS_PATH } from '../../apiserver/aggregated/second-flags.ts';
import { writeServiceAccountKeys } from '../../apiserver/certificates.ts';
import { writeTokens } from '../../apiserver/tokens.ts';
import { inCluster } from '../control/connection.ts';
import { ACCOUNT, SHARED, SHARED_FILES } from './place.ts';

/** As long as what kubeadm issues. */
const YEAR_MS = 365 * 86_400_000;

/** Until when certificates of a pod that starts now are good. */
export function validUntil(): Date {
  return new Date(Date.now() + YEAR_MS);
}

/** Before the containers of the core kinds' API server start: writes what its kube-apiserver is told by files. */
export async function writeCoreApiFiles(): Promise<void> {
  await mkdir(SHARED_FILES.certificates, { recursive: true });
  const token = randomBytes(16).toString('hex');
  await writeFile(SHARED_FILES.token, token, { mode: 0o600 });
  await writeTokens(SHARED_FILES.tokens, token);
  await writeServiceAccountKeys(SHARED);
  await frontProxy(SHARED, validUntil());
  await writeFile(SHARED_FILES.reviews, reviewsText(inCluster().server), { mode: 0o600 });
}

/** kubeconfig by which rights are asked for: at the cluster's own API server, as the pod's service account. */
export function reviewsText(server: string): string {
  return [
    'apiVersion: v1',
    'kind: Config',
    'current-context: reviews',
    'clusters:',
    '- name: reviews',
    `  cluster: {server: "${server}${REVIEWS_PATH}", certificate-authority: ${ACCOUNT}/ca.crt}`,
    'users:',
    '- name: reviews',
    // A path: the kubelet renews the token in place.
    `  user: {tokenFile: ${ACCOUNT}/token}`,
    'contexts:',
    '- name: reviews',
    '  context: {cluster: reviews, user: reviews}',
    '',
  ].join('\n');
}
