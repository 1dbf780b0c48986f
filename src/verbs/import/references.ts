import { DNS_LABEL, ENVIRONMENT_VARIABLE, fits } from '../../declare/text-forms.ts';
import type { CredentialRef } from '../../model/fleet.ts';
import { UserError } from '../../model/user-error.ts';

/** A cluster of the command line; the central one may go without a name. */
export interface ClusterReference {
  name?: string;
  kubeconfig: CredentialRef;
}

const EXAMPLE = 'for example --distributed cluster2=env:KUBECONFIG_CLUSTER2, or a path, with #context behind it';

/**
 * `[NAME=]REF`: REF is env:NAME, file:PATH or a path, and `#CONTEXT` may follow. `local`: a path of the command line, relative to the
 * declaration's folder. Throws UserError.
 */
export function clusterReference(flag: string, text: string, local: (path: string) => string): ClusterReference {
  const [, name, ref = ''] = /^(?:([^=:#/]*)=)?(.*)$/s.exec(text) ?? [];
  if (name !== undefined && !fits(name, DNS_LABEL))
    throw new UserError(`--${flag} ${text}: "${name}" is not the name of a cluster`, EXAMPLE);
  return { ...(name === undefined ? {} : { name }), kubeconfig: credentialReference(flag, ref, local) };
}

function credentialReference(flag: string, text: string, local: (path: string) => string): CredentialRef {
  const [, place = '', context] = /^(.*?)(?:#([^#]*))?$/s.exec(text) ?? [];
  if (place === '' || context === '') throw new UserError(`--${flag} ${text}: this names no kubeconfig`, EXAMPLE);
  const chosen = context === undefined ? {} : { context };
  if (!place.startsWith('env:')) {
    const path = place.startsWith('file:') ? place.slice('file:'.length) : place;
    if (path === '') throw new UserError(`--${flag} ${text}: this names no kubeconfig`, EXAMPLE);
    return { file: path.startsWith('/') ? path : local(path), ...chosen };
  }
  const variable = place.slice('env:'.length);
  if (!fits(variable, ENVIRONMENT_VARIABLE))
    throw new UserError(`--${flag} ${text}: "${variable}" is not the name of an environment variable`, EXAMPLE);
  return { env: variable, ...chosen };
}
