import { describe, expect, test } from '@jest/globals';
import { checkoutOf } from '../../../src/checkout/checkout.ts';
import { loadCommitted } from '../../../src/checkout/committed.ts';
import { prepare } from '../../../src/checkout/prepare.ts';
import { renderCommand } from '../../../src/commands/render.ts';
import { render } from '../../../src/render/render.ts';
import { guideDeclaration, replaced, THREE_CLUSTERS } from '../../support/guide-fleet.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { OPTIONS, testPorts } from '../../support/ports.ts';
import { smallRelease } from '../../support/small-release.ts';
import { placeOf } from '../../support/vendor-faults.ts';

const VERSION = '22.2.0.93';
const withFolder = (folder: string) =>
  replaced(THREE_CLUSTERS, '  - name: cluster3\n', `  - name: cluster3\n    manifests: ${folder}\n`);
const TEXT = withFolder('cn2/edge');
const BASE = smallRelease();
/** Another layout of the same version: one vRouter has another name. Without a central file. */
const EDGE = Object.fromEntries(
  Object.entries(smallRelease(VERSION, 'cn2/edge'))
    .filter(([path]) => !path.includes('central'))
    .map(([path, text]) => [path, text.replace('contrail-vrouter-nodes-1', 'contrail-vrouter-edge')]),
);
const VROUTER = 'cn2/edge/distributed_cluster_vrouter_example.yaml';

function rendered(vendorFiles: Record<string, string>, text = TEXT) {
  return render({ declaration: guideDeclaration(text), vendorFiles });
}

describe('manifests of a cluster', () => {
  test('are applied to that cluster alone; every Kubemanager comes from the manifests of the release', () => {
    const { tree, findings } = rendered({ ...BASE, ...EDGE });
    expect(findings).toEqual([]);
    const vrouters = tree!.manifests.filter(({ object }) => object.kind === 'Vrouter').map(({ path }) => path);
    expect(vrouters).toEqual([
      'cluster2/50-vrouter/vrouter.contrail.contrail-vrouter-masters.yaml',
      'cluster2/50-vrouter/vrouter.contrail.contrail-vrouter-nodes-1.yaml',
      'cluster3/50-vrouter/vrouter.contrail.contrail-vrouter-masters.yaml',
      'cluster3/50-vrouter/vrouter.contrail.contrail-vrouter-edge.yaml',
    ]);
    const images = tree!.manifests
      .filter(({ object }) => object.kind === 'Kubemanager')
      .map(({ text }) => /image: (\S+)/.exec(text)![1]);
    expect(images).toEqual(Array(2).fill(`hub.juniper.net/cn2/contrail-k8s-kubemanager:${VERSION}`));
    expect(tree!.index.sources.map(({ file }) => file)).toEqual([...Object.keys(BASE), ...Object.keys(EDGE)].sort());
  });

  test('that lack a file, or are none, are found where the cluster names them', () => {
    const { [VROUTER]: _vrouter, ...rest } = EDGE;
    const at = { rule: 'manifests', file: 'clusters.yaml', ...placeOf(TEXT, 'cn2/edge') };
    expect(rendered({ ...BASE, ...rest }).findings).toMatchObject([
      { ...at, message: expect.stringContaining('folder cn2/edge lacks the vRouter') },
    ]);
    expect(rendered(BASE).findings).toMatchObject([{ ...at, message: 'folder cn2/edge holds no manifests' }]);
  });

  test('are of the declared version', () => {
    const other = { ...EDGE, [VROUTER]: EDGE[VROUTER]!.replaceAll(VERSION, '22.4.0.284') };
    expect(rendered({ ...BASE, ...other }).findings).toMatchObject([{ rule: 'E22', file: VROUTER }]);
    expect(rendered({ ...BASE, ...smallRelease('22.2.0.100', 'cn2/edge') }).findings).toMatchObject([
      { rule: 'E22', file: 'clusters.yaml', message: expect.stringContaining('cn2/edge have tag 22.2.0.100') },
    ]);
  });

  test('with an object that nobody looked at stop the render', () => {
    const more = `${EDGE[VROUTER]}---\napiVersion: v1\nkind: Secret\nmetadata: {name: mine, namespace: contrail}\n`;
    expect(rendered({ ...BASE, ...EDGE, [VROUTER]: more }).findings).toMatchObject([
      { rule: 'manifests', file: VROUTER, ...placeOf(more, 'mine') },
    ]);
  });

  test('an image of a hotfix may be in one folder only', () => {
    const text = replaced(
      TEXT,
      `  version: ${VERSION}\n`,
      `  version: ${VERSION}\n  images: {contrail-vrouter-dpdk: 22.2.0.100}\n`,
    );
    const dpdk = EDGE[VROUTER]!.replace(`contrail-vrouter-agent:${VERSION}`, 'contrail-vrouter-dpdk:22.2.0.100');
    expect(rendered({ ...BASE, ...EDGE, [VROUTER]: dpdk }, text).findings).toEqual([]);
    expect(rendered({ ...BASE, ...EDGE }, text).findings).toMatchObject([
      { rule: 'E22', ...placeOf(text, 'contrail-vrouter-dpdk') },
    ]);
  });

  test('may lie below those of the release', () => {
    const inner = Object.fromEntries(
      Object.entries(EDGE).map(([path, text]) => [path.replace('cn2/edge', 'cn2/22.2/edge'), text]),
    );
    const { tree, findings } = rendered({ ...BASE, ...inner }, withFolder('cn2/22.2/edge/'));
    expect(findings).toEqual([]);
    expect(tree!.manifests.some(({ path }) => path === 'cluster3/50-vrouter/vrouter.contrail.contrail-vrouter-edge.yaml')).toBe(
      true,
    );
  });

  test('named as those of the release are the same', () => {
    const { tree } = rendered(BASE, withFolder('cn2/22.2'));
    expect(tree!.manifests.map(({ digest }) => digest)).toEqual(
      rendered(BASE, THREE_CLUSTERS).tree!.manifests.map(({ digest }) => digest),
    );
  });
});

describe('the work tree', () => {
  const folder = { 'clusters.yaml': TEXT, ...BASE, ...EDGE };

  test('is read with the manifests of every cluster, before and after rendering', async () => {
    const files = memoryFiles(folder);
    await renderCommand(testPorts(files), { ...OPTIONS, check: false });
    const checkout = checkoutOf(files, OPTIONS);
    const { vendorFiles, tree } = await prepare(checkout);
    expect(Object.keys(vendorFiles).sort()).toEqual([...Object.keys(BASE), ...Object.keys(EDGE)].sort());
    const committed = await loadCommitted(checkout);
    expect(committed.findings).toEqual([]);
    expect(committed.rendered!.tree.fleet).toEqual(tree!.fleet);
    expect(Object.keys(committed.vendorFiles)).toEqual(Object.keys(vendorFiles));
  });

  test('that has no such folder is a finding where the cluster names it', async () => {
    const { findings } = await prepare(checkoutOf(memoryFiles({ 'clusters.yaml': TEXT, ...BASE }), OPTIONS));
    expect(findings.filter(({ rule }) => rule === 'manifests')).toMatchObject([
      { file: 'clusters.yaml', ...placeOf(TEXT, 'cn2/edge') },
    ]);
  });
});
