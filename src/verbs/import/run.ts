import { type ImportedCluster, importCommand } from '../../commands/import.ts';
import { existingDeclaration } from '../../commands/import-existing.ts';
import { plainPath } from '../../declare/roots.ts';
import { DNS_LABEL, fits } from '../../declare/text-forms.ts';
import type { Existing } from '../../import/merge.ts';
import { readKubeconfig } from '../../kubeconfig/read.ts';
import { UnusableKubeconfig } from '../../kubeconfig/unusable.ts';
import type { CredentialRef } from '../../model/fleet.ts';
import type { ImportDocument } from '../../model/import.ts';
import { manifestFolders } from '../../model/manifest-folders.ts';
import { present } from '../../model/present.ts';
import { UserError } from '../../model/user-error.ts';
import type { Credentials } from '../../ports/credentials.ts';
import { importText } from '../../report/text/import.ts';
import type { Ended, Run, Shown } from '../verb.ts';
import { clusterReference } from './references.ts';

/** Reads running clusters, and writes what it found as a declaration, or adds it to one. */
export async function run({ invocation, ports, options }: Run): Promise<Ended<ImportDocument>> {
  const merge = invocation.on('merge') ? await existingDeclaration(ports.files, options) : undefined;
  const name = invocation.text('name') ?? merge?.fleet.metadata.name;
  if (name !== undefined && !fits(name, DNS_LABEL))
    throw new UserError(`--name ${name} is not a fleet name`, `it must be ${DNS_LABEL.words}`);
  if (merge !== undefined && name !== merge.fleet.metadata.name)
    throw new UserError(`${options.shownFile} is that of fleet ${merge.fleet.metadata.name}`, 'leave --name out');
  const distributed = distributedClusters(invocation.list('distributed'), options.local, merge);
  const central = await centralCluster(invocation.text('central'), options.local, ports.credentials, merge);
  const names = [central, ...distributed].map((cluster) => cluster.name);
  const twice = names.find((each, at) => names.indexOf(each) !== at);
  if (twice !== undefined)
    throw new UserError(
      `two clusters are called ${twice}`,
      'give each its own name; the central one is named by --central <name>=<kubeconfig>',
    );
  const given = invocation.list('manifests').map((folder) => plainPath(options.local(folder)) || '.');
  const manifests = given.length > 0 || merge === undefined ? given : manifestFolders(merge.fleet).map(({ folder }) => folder);
  return importCommand(ports, { ...options, central, distributed, manifests, ...present({ name, merge }) });
}

type Local = (path: string) => string;

/** Those of the declaration, if there is one, and those of the command line, which come before it. */
function distributedClusters(words: readonly string[], local: Local, merge: Existing | undefined): ImportedCluster[] {
  const given = words.map((each): ImportedCluster => {
    const { name, kubeconfig } = clusterReference('distributed', each, local);
    if (name !== undefined) return { name, kubeconfig };
    throw new UserError(
      `--distributed ${each} does not name the cluster`,
      "CN2's clusterName comes first: --distributed cluster2=<kubeconfig>",
    );
  });
  const declared = (merge?.fleet.distributed ?? []).filter(
    ({ name, state }) => state === 'attached' && !given.some((cluster) => cluster.name === name),
  );
  const all = [...declared.map(({ name, kubeconfig }) => ({ name, kubeconfig })), ...given];
  if (all.length === 0)
    throw new UserError('import needs the distributed clusters', 'name each of them: --distributed cluster2=<kubeconfig>');
  return all;
}

async function centralCluster(
  text: string | undefined,
  local: Local,
  credentials: Credentials,
  merge: Existing | undefined,
): Promise<ImportedCluster> {
  const declared = merge?.fleet.central;
  if (text === undefined && declared === undefined)
    throw new UserError('import needs the central cluster', 'name it: --central <kubeconfig>');
  if (text === undefined) return { name: declared!.name, kubeconfig: declared!.kubeconfig };
  const { name, kubeconfig } = clusterReference('central', text, local);
  if (declared !== undefined && name !== undefined && name !== declared.name)
    throw new UserError(`the central cluster is declared as ${declared.name}, not ${name}`, 'leave its name out');
  return { name: declared?.name ?? name ?? (await usualName(credentials, kubeconfig)), kubeconfig };
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
