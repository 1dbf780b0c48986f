/** Bearer token of the administrator (group system:masters) of every server that the lab starts as a process. */
export const ADMINISTRATOR = 'administrator-of-a-test-server';

/**
 * kubeconfig of one user of a server; everything is embedded, as it has to be to travel. `authority`: PEM in base64. `token`: bearer
 * token, the administrator's unless told.
 */
export function kubeconfigText(name: string, url: string, authority: string, token = ADMINISTRATOR): string {
  return [
    'apiVersion: v1',
    'kind: Config',
    `current-context: ${name}`,
    'clusters:',
    `- name: ${name}`,
    `  cluster: {server: "${url}", certificate-authority-data: ${authority}}`,
    'users:',
    '- name: admin',
    `  user: {token: ${token}}`,
    'contexts:',
    `- name: ${name}`,
    `  context: {cluster: ${name}, user: admin}`,
    '',
  ].join('\n');
}
