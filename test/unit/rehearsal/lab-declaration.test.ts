import { describe, expect, test } from '@jest/globals';
import { environmentNames } from '../../../src/declare/credential-references.ts';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import { type labCredential, labDeclaration, rehearsalName } from '../../../src/rehearsal/lab-declaration.ts';
import { labCredentials } from '../../../src/rehearsal/lab-ports.ts';
import { THREE_CLUSTERS } from '../../support/guide-fleet.ts';

const ADDRESSES = new Map([
  ['cluster1', '203.0.113.1'],
  ['cluster2', '203.0.113.2'],
  ['cluster3', '203.0.113.3'],
]);
const inLab = (text: string) => readDeclaration(labDeclaration(text, ADDRESSES), 'clusters.yaml');

describe('a declaration as a lab has it', () => {
  const { fleet, findings } = inLab(`${THREE_CLUSTERS}upgrade: {soak: 10m}\n`);
  const before = readDeclaration(THREE_CLUSTERS, 'clusters.yaml').fleet!;

  test('is one, of the same networks and connections', () => {
    expect(findings).toEqual([]);
    expect([fleet?.namespaces, fleet?.networks, fleet?.connections]).toEqual([
      before.namespaces,
      before.networks,
      before.connections,
    ]);
  });

  test('has a name and addresses of its own, and what a lab need not wait for is not waited for', () => {
    expect(fleet?.metadata.name).toBe('rehearsal-guide');
    expect([fleet!.central, ...fleet!.distributed].map(({ server }) => server)).toEqual(
      ['1', '3', '2'].map((last) => `https://203.0.113.${last}:6443`),
    );
    expect(fleet?.upgrade?.soak).toBe('0s');
  });

  test('refers to no credential of the fleet', () => {
    const declared = new Set(environmentNames(before));
    expect(environmentNames(fleet!).filter((name) => declared.has(name))).toEqual([]);
    expect([fleet!.central, ...fleet!.distributed].map(({ handover }) => handover)).toEqual([undefined, undefined, undefined]);
  });

  test('has a smoke test, which the fleet may lack', () => {
    expect(before.smoke).toBeUndefined();
    expect(fleet?.smoke).toMatchObject({ networks: 'all' });
  });

  test('stands for values of the lab, each cluster for its own', async () => {
    const kubeconfigs = { cluster1: 'one', cluster2: 'two', cluster3: 'three', 'a-b': 'four' };
    const credentials = labCredentials({ kubeconfigs, pullSecret: 'pull' });
    const valueFor = async (reference: Parameters<typeof labCredential>[0]) => {
      const value = await credentials.resolve(reference);
      return value.status === 'ok' ? value.value : value.reason;
    };
    const [third, second] = fleet!.distributed;
    expect(await valueFor(fleet!.central.kubeconfig)).toBe('one');
    expect([await valueFor(second!.kubeconfig), await valueFor(third!.kubeconfig)]).toEqual(['two', 'three']);
    expect([await valueFor(fleet!.release.pullSecret), await valueFor(third!.pullSecret!)]).toEqual(['pull', 'pull']);
    expect(await valueFor({ env: 'REHEARSAL_KUBECONFIG_A_B' })).toBe('four');
    expect(await valueFor({ env: 'HOME' })).toBe('the lab has no such credential');
    expect(await valueFor({ file: '/etc/passwd' })).toBe('the lab has no such credential');
    expect(await valueFor({ env: 'REHEARSAL_KUBECONFIG_X' })).toBe('the lab has no cluster x');
  });
});

test('the name of a lab is short, and another one for each fleet', () => {
  const long = `${'very-'.repeat(11)}long`;
  expect(rehearsalName('guide')).toBe('rehearsal-guide');
  expect(rehearsalName(long)).toMatch(/^rehearsal-very-[a-z-]+-[0-9a-f]{8}$/);
  expect(rehearsalName(long).length).toBeLessThanOrEqual(34);
  expect(rehearsalName(`${long}x`)).not.toBe(rehearsalName(long));
});
