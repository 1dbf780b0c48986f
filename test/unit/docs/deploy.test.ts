import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';

interface Role {
  kind: string;
  rules?: { apiGroups: string[]; resources: string[]; resourceNames?: string[]; verbs: string[] }[];
}

function rulesOf(side: string) {
  const text = readFileSync(new URL(`../../../deploy/${side}/smoke.yaml`, import.meta.url), 'utf8');
  return parseAllDocuments(text).flatMap((document) => (document.toJS() as Role).rules ?? []);
}

describe('the identity of the smoke test', () => {
  test.each([
    ['central', [{ apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list'] }]],
    // By its uid a cluster is known.
    ['distributed', [{ apiGroups: [''], resources: ['namespaces'], resourceNames: ['kube-system'], verbs: ['get'] }]],
  ])('on the %s cluster may do nothing with namespaces but read them', (side, rights) => {
    const rules = rulesOf(side);
    expect(rules.length).toBeGreaterThan(3);
    expect(rules.filter(({ resources }) => resources.includes('namespaces'))).toEqual(rights);
    expect(rules.flatMap(({ apiGroups, resources }) => [...apiGroups, ...resources])).not.toContain('*');
  });

  test.each(['central', 'distributed'])('on the %s cluster creates pods, the secret of their image and its lock', (side) => {
    const created = rulesOf(side).filter(({ verbs }) => verbs.includes('create'));
    const expected = ['pods', 'pods/exec', 'secrets', ...(side === 'central' ? ['leases'] : [])];
    expect(created.flatMap(({ resources }) => resources)).toEqual(expected);
  });
});
