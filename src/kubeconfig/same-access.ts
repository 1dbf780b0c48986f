import { isDeepStrictEqual } from 'node:util';
import type { Kubeconfig } from './kubeconfig.ts';
import { readKubeconfig } from './read.ts';
import { UnusableKubeconfig } from './unusable.ts';

/**
 * Whether two kubeconfigs lead to the same address with the same authority and the same login, whatever their contexts are called and
 * however they are written. Of what cannot be read nothing is said: false.
 */
export function sameAccess(one: string, other: string): boolean {
  if (one === other) return true;
  const [a, b] = [accessOf(one), accessOf(other)];
  return a !== undefined && b !== undefined && isDeepStrictEqual(a, b);
}

function accessOf(text: string): unknown {
  let kubeconfig: Kubeconfig;
  try {
    kubeconfig = readKubeconfig(text);
  } catch (error) {
    if (error instanceof UnusableKubeconfig) return undefined;
    throw error;
  }
  const { name: _cluster, execConfig: _settings, ...cluster } = kubeconfig.cluster;
  const { name: _user, ...user } = kubeconfig.user;
  return { cluster, user };
}
