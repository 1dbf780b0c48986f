import { expect, test } from '@jest/globals';
import { driftCommand } from '../../../src/commands/drift.ts';
import { renderCommand } from '../../../src/commands/render.ts';
import { PLAIN } from '../../../src/model/style.ts';
import { driftPage } from '../../../src/page/drift-page.ts';
import { driftMarkdown } from '../../../src/report/markdown/drift.ts';
import { driftText } from '../../../src/report/text/drift.ts';
import { guideFolder } from '../../support/guide-folder.ts';
import type { MemoryCluster } from '../../support/memory-cluster.ts';
import { memoryCn2 } from '../../support/memory-cn2.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { OPTIONS, testPorts } from '../../support/ports.ts';
import { credential } from '../../support/trust-fleet.ts';

test('drift names the declared paths that an object which strayed breaks', async () => {
  const cn2 = memoryCn2();
  const ports = testPorts(memoryFiles(guideFolder()), {
    credentials: { resolve: async (ref) => ({ status: 'ok', value: credential('env' in ref ? ref.env : '') }) },
    connector: { connect: (name) => cn2.clusters.get(name) as MemoryCluster },
  });
  await renderCommand(ports, { ...OPTIONS, check: false });
  const { document } = (await driftCommand(ports, OPTIONS)).result;
  const changes = document.clusters.flatMap((cluster) => cluster.changes);
  const affected = (kind: string, name: string) =>
    changes.find((change) => change.kind === kind && change.name === name)?.affects?.map(({ source }) => source.network);
  expect(affected('VirtualNetworkRouter', 'vnr1')).toEqual(['ns1/vn1', 'ns1/vn2']);
  expect(affected('VirtualNetwork', 'vn2')).toEqual(['ns1/vn1', 'ns1/vn2']);
  // Nothing is joined to it.
  expect(affected('VirtualNetwork', 'vn3')).toBeUndefined();
  expect(affected('Kubemanager', 'kubemanager-cluster2')).toBeUndefined();
  const words = 'breaks 2 paths: cluster1 ns1/vn1 → cluster2 ns1/vn2 IPv4, cluster2 ns1/vn2 → cluster1 ns1/vn1 IPv4';
  expect(driftText(document, document.findings, PLAIN)).toContain(words);
  expect(driftMarkdown(document)).toContain('**breaks 2 paths: ');
  expect(JSON.stringify(driftPage(document, undefined, '0'))).toContain(words);
});
