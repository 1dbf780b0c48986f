import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { IdentityRights } from '../src/doctor/rights.ts';
import { writeGenerated } from './write-generated.ts';

interface Rule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}

interface Rbac {
  kind: string;
  metadata: { name: string; namespace?: string };
  rules?: Rule[];
  roleRef?: { kind: string; name: string };
  subjects?: { name: string }[];
}

const SIDES = ['central', 'distributed'] as const;
/** The files of deploy/ by what a run needs their rights for; an apply shares what the plan may read. */
const FILES: Readonly<Record<IdentityRights['to'], readonly string[]>> = {
  plan: ['plan'],
  preview: ['plan-dry-run'],
  apply: ['plan', 'apply'],
  smoke: ['smoke'],
};

/** What the files give to an identity: the rules of its roles, with the namespace of those that are of one. */
function rightsOf(side: (typeof SIDES)[number], to: IdentityRights['to']): IdentityRights {
  const identity = `cn2-fleet-${to === 'preview' ? 'plan' : to}`;
  const objects = FILES[to].flatMap((file) => {
    const text = readFileSync(join(import.meta.dirname, '../deploy', side, `${file}.yaml`), 'utf8');
    return parseAllDocuments(text).map((document) => document.toJS() as Rbac);
  });
  const bound = objects.filter(({ subjects }) => subjects?.some(({ name }) => name === identity));
  const rights = bound.flatMap(({ roleRef, metadata }) => {
    const role = objects.find(({ kind, metadata: of }) => kind === roleRef?.kind && of.name === roleRef.name);
    return (role?.rules ?? []).map(({ apiGroups: [group = ''], resources, resourceNames, verbs }) => ({
      group,
      resources,
      verbs,
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      ...(resourceNames === undefined ? {} : { names: resourceNames }),
    }));
  });
  return { side, to, rights };
}

// deploy/ is what administrators apply: what doctor asks for is read from it, so that both say the same.
const all = SIDES.flatMap((side) => (Object.keys(FILES) as IdentityRights['to'][]).map((to) => rightsOf(side, to)));
writeGenerated('src/doctor/identity-rights.json', `${JSON.stringify(all, undefined, 1)}\n`);
