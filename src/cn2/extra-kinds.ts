import { CONFIGPLANE } from './names.ts';

/**
 * Kinds that may not be among the user's own objects, with why and what to do instead. The first three are never deleted by this tool:
 * more than the object would go with them.
 */
const REFUSED: Readonly<Record<string, { why: string; remedy: string }>> = {
  '/Namespace': {
    why: 'a namespace takes everything in it along when it is deleted',
    remedy: 'Declare it under namespaces, or create it by hand.',
  },
  '/Secret': {
    why: 'what is in it would be in git, in plain sight of everybody who may read the repository',
    remedy: 'Create it by hand, or by an operator for secrets, whose own objects may be declared here.',
  },
  'apiextensions.k8s.io/CustomResourceDefinition': {
    why: 'a definition takes all objects of its kind along when it is deleted',
    remedy: 'Install it before, as the software that it belongs to says; objects of its kind may be declared here.',
  },
  [`${CONFIGPLANE}/Kubemanager`]: {
    why: 'it attaches a cluster',
    remedy: 'Declare the cluster under distributed.',
  },
};

/** Why objects of a kind are not taken, and what to do instead; undefined: they are. */
export function refusedKind(group: string, kind: string): { why: string; remedy: string } | undefined {
  const key = `${group}/${kind}`;
  return Object.hasOwn(REFUSED, key) ? REFUSED[key] : undefined;
}
