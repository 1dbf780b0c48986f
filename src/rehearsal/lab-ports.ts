import { present } from '../model/present.ts';
import type { Credentials } from '../ports/credentials.ts';
import type { LabAccess } from '../ports/lab.ts';
import { labCredential } from './lab-declaration.ts';

/** The values of a lab's declaration: nothing of the environment or of a file is read. */
export function labCredentials({ kubeconfigs, pullSecret }: LabAccess): Credentials {
  return {
    async resolve(reference) {
      const credential = labCredential(reference);
      const value =
        credential === undefined ? undefined : 'pullSecret' in credential ? pullSecret : kubeconfigs[credential.kubeconfig];
      if (value !== undefined) return { status: 'ok', value };
      const of = present({ cluster: credential !== undefined && 'kubeconfig' in credential ? credential.kubeconfig : undefined });
      return {
        status: 'missing',
        reason: `the lab has no ${of.cluster === undefined ? 'such credential' : `cluster ${of.cluster}`}`,
      };
    },
  };
}
