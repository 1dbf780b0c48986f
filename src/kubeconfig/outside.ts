import { lineText, parseKubeconfig } from './document.ts';

const PROGRAMS = ['exec', 'auth-provider'];
const USER_FILES = ['tokenFile', 'client-certificate', 'client-key'];
const CLUSTER_FILES = ['certificate-authority'];

/**
 * What a kubeconfig names outside itself, in any of its entries, whether their context is used or not: programs that a login
 * would run, files that it would read. Each as words with the line. Throws UnusableKubeconfig.
 */
export function namesOutside(text: string): string[] {
  const config = parseKubeconfig(text);
  const named = (list: string, member: string, names: readonly string[], what: string) =>
    config.list(list).flatMap((entry) => {
      const fields = entry.fields(member);
      return names
        .filter((name) => fields?.has(name) === true)
        .map((name) => `${what} (${name}) of ${member} ${entry.text('name') ?? ''}${lineText(fields?.position(name))}`);
    });
  return [
    ...named('users', 'user', PROGRAMS, 'a program'),
    ...named('users', 'user', USER_FILES, 'a file'),
    ...named('clusters', 'cluster', CLUSTER_FILES, 'a file'),
  ];
}
