import { importCommand } from '../../commands/import.ts';
import { plainPath } from '../../declare/roots.ts';
import { DNS_LABEL, fits } from '../../declare/text-forms.ts';
import { readKubeconfig } from '../../kubeconfig/read.ts';
import { UnusableKubeconfig } from '../../kubeconfig/unusable.ts';
import type { CredentialRef } from '../../model/fleet.ts';
import type { ImportDocument } from '../../model/import.ts';
import { present } from '../../model/present.ts';
import { UserError } from '../../model/user-error.ts';
import type { Credentials } from '../../ports/credentials.ts';
import { importText } from '../../report/text/import.ts';
import type { Ended, Run, Shown } from '../verb.ts';
import { clusterReference } from './references.ts';

/** Reads running clusters, and writes what it found as a declaration. */
export async function run({ invocation, ports, options }: Run): Promise<Ended<ImportDocument>> {
  const text = invocation.text('central');
  if (text === undefined) throw new UserError('import needs the central cluster', 'name it: --central <kubeconfig>');
  const name = invocation.text('name');
  if (name !== undefined && !fits(name, DNS_LABEL))
    throw new UserError(`--name ${name} is not a fleet name`, `it must be ${DNS_LABEL.words}`);
  const distributed = invocation.list('distributed').map((each) => {
    const { name: cluster, kubeconfig } = clusterReference('distributed', each, options.local);
    if (cluster === undefined)
      throw new UserError(
        `--distributed ${each} does not name the cluster`,
        "CN2's clusterName comes first: --distributed cluster2=<kubeconfig>",
      );
    return { name: cluster, kubeconfig };
  });
  if (distributed.length === 0)
    throw new UserError('import needs the distributed clusters', 'name each of them: --distributed cluster2=<kubeconfig>');
  const reference = clusterReference('central', text, options.local);
  const central = {
    name: reference.name ?? (await usualName(ports.credentials, reference.kubeconfig)),
    kubeconfig: reference.kubeconfig,
  };
  const names = [central, ...distributed].map((cluster) => cluster.name);
  const twice = names.find((each, at) => names.indexOf(each) !== at);
  if (twice !== undefined)
    throw new UserError(
      `two clusters are called ${twice}`,
      'give the central one a name of its own: --central <name>=<kubeconfig>',
    );
  const manifests = invocation.list('manifests').map((folder) => plainPath(options.local(folder)) || '.');
  return importCommand(ports, { ...options, central, distributed, manifests, ...present({ name }) });
}

/** As the kubeconfig calls the cluster, where that is a name. */
async function usualName(credentials: Credentials, ref: CredentialRef): Promise<string> {
  const value = await credentials.resolve(ref);
  try {
    const name = value.status === 'ok' ? readKubeconfig(value.value, ref.context).cluster.name : '';
    return fits(name, DNS_LABEL) && name !== 'kubernetes' ? name : 'central';
  } catch (error) {
    if (error instanceof UnusableKubeconfig) return 'central';
    throw error;
  }
}

export const shown: Shown<ImportDocument> = { text: importText };
