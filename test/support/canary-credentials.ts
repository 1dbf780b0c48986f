import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a server is and whom it trusts. */
export interface Address {
  url: string;
  /** PEM. */
  authority: string;
}

/** The user part of a kubeconfig, and whatever else stands in it; files go into the folder. */
type Form = (canary: string, folder: string) => { user: string; above?: string; cluster?: string };

const base64 = (text: string) => Buffer.from(text).toString('base64');
const key = (canary: string) =>
  `-----BEGIN EC PRIVATE KEY-----\n${canary}AAAAAAAA\n${canary}BBBBBBBB\n-----END EC PRIVATE KEY-----\n`;

/** Every way to write a credential into a kubeconfig; in each the canary is a part of what is secret. */
export const KUBECONFIG_FORMS: Readonly<Record<string, Form>> = {
  'a token in flow style': (canary) => ({ user: `{token: ${canary}}` }),
  'a token in quotes, with a comma and spaces': (canary) => ({ user: `{token: "a, ${canary}, b"}` }),
  'a token in a folded block': (canary) => ({ user: `\n    token: >-\n      a\n      ${canary}` }),
  'a token through an anchor': (canary) => ({ above: `x-token: &t ${canary}\n`, user: '{token: *t}' }),
  'user and password': (canary) => ({ user: `{username: admin, password: '${canary}: x'}` }),
  'a token file': (canary, folder) => {
    writeFileSync(join(folder, canary.slice(-6)), `${canary}\n`);
    return { user: `{tokenFile: ${join(folder, canary.slice(-6))}}` };
  },
  'a text that no parser takes': (canary) => ({ user: `{token: ${canary}, password: *nowhere}` }),
  'a proxy with a password': (canary) => ({
    user: `{token: ${canary}}`,
    cluster: `, proxy-url: "http://me:${canary}@127.0.0.1:9"`,
  }),
  'a plug-in': (canary, folder) => {
    const path = join(folder, `${canary.slice(-6)}.json`);
    const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: canary } };
    writeFileSync(path, JSON.stringify(credential));
    const exec = `{apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: cat, args: [${path}], env: [{name: A_TOKEN, value: ${canary}env}]}`;
    return { user: `{exec: ${exec}}` };
  },
  'a client key that is none': (canary) => ({ user: `{token: ${canary}, client-key-data: ${base64(key(canary))}}` }),
};

export function kubeconfigWith(form: string, canary: string, folder: string, { url, authority }: Address): string {
  const { user, above = '', cluster = '' } = KUBECONFIG_FORMS[form]!(canary, folder);
  return `${above}apiVersion: v1
kind: Config
current-context: here
clusters: [{name: here, cluster: {server: "${url}", certificate-authority-data: ${base64(authority)}${cluster}}}]
contexts: [{name: here, context: {cluster: here, user: admin}}]
users:
- name: admin
  user: ${user}
`;
}

/** Ways to write a pull secret. */
export const DOCKER_FORMS: readonly ((canary: string) => object)[] = [
  (canary) => ({ auth: base64(`robot:${canary}`) }),
  (canary) => ({ username: 'robot', password: canary, auth: base64(`robot:${canary}`) }),
  (canary) => ({ auth: base64(`robot:${canary}`), identitytoken: `${canary}identity` }),
];

/** What a canary looks like wherever it turns up: as it is, and inside base64 at whatever place. */
export function needles(canary: string): string[] {
  const inner = [0, 1, 2].map((shift) => {
    const encoded = Buffer.from('x'.repeat(shift) + canary).toString('base64');
    return encoded.slice(shift === 0 ? 0 : 4, Math.floor(((canary.length + shift) * 8) / 6) - 1);
  });
  return [canary, ...inner, ...inner.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))];
}
