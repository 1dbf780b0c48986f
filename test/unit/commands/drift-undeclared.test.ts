import { expect, test } from '@jest/globals';
import { FLEET_LABEL, MANAGED_BY_LABEL } from '../../../src/cn2/names.ts';
import { driftCommand } from '../../../src/commands/drift.ts';
import { renderCommand } from '../../../src/commands/render.ts';
import { guideFolder } from '../../support/guide-folder.ts';
import type { MemoryCluster } from '../../support/memory-cluster.ts';
import { core, memoryCn2, namespace } from '../../support/memory-cn2.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { OPTIONS, testPorts } from '../../support/ports.ts';
import { credential } from '../../support/trust-fleet.ts';

test('an undeclared object with the marks of the fleet and no record of ours is drift, and named', async () => {
  const cn2 = memoryCn2();
  const ports = testPorts(memoryFiles(guideFolder()), {
    credentials: { resolve: async (ref) => ({ status: 'ok', value: credential('env' in ref ? ref.env : '') }) },
    connector: { connect: (name) => cn2.clusters.get(name) as MemoryCluster },
  });
  await renderCommand(ports, { ...OPTIONS, check: false });
  const undeclared = async () => {
    const { document, conditions } = (await driftCommand(ports, OPTIONS)).result;
    const named = document.findings.filter(({ rule }) => rule === 'removal');
    return { named, conditions };
  };
  expect((await undeclared()).named).toEqual([]);
  cn2.central.put(namespace('ns1'));
  const copy = core('Subnet', 'ns1', 'copied', { cidr: '10.9.0.0/24' });
  copy.metadata.labels = { [FLEET_LABEL]: 'guide', [MANAGED_BY_LABEL]: 'cn2-fleet' };
  cn2.central.put(copy, 'velero');
  const { named, conditions } = await undeclared();
  expect(named).toMatchObject([
    { severity: 'warning', message: expect.stringMatching(/^Subnet ns1\/copied on cluster1 carries/) },
  ]);
  expect(conditions).toContain('changes');
});
