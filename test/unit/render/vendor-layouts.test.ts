import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../../src/model/finding.ts';
import type { RenderedTree } from '../../../src/model/manifest.ts';
import { render } from '../../../src/render/render.ts';
import { GUIDE, guideDeclaration, replaced } from '../../support/guide-fleet.ts';
import { HAS_SHARED_CN2, vendorRelease } from '../../support/shared-cn2.ts';
import { smallRelease } from '../../support/small-release.ts';
import { placeOf } from '../../support/vendor-faults.ts';

const VERSION = 'cn2.23.4.0.59';
const declared = (version = VERSION, folder = 'cn2/23.4') =>
  guideDeclaration(replaced(replaced(GUIDE, 'version: 22.2.0.93', `version: ${version}`), 'cn2/22.2', folder));
const single = smallRelease(VERSION, 'cn2/23.4');
const CENTRAL = 'cn2/23.4/central_cluster_deployer_example.yaml';
const DEPLOYER = 'cn2/23.4/distributed_cluster_deployer_example.yaml';
const VROUTER = 'cn2/23.4/distributed_cluster_vrouter_example.yaml';
const CERTIFICATES = 'cn2/23.4/distributed_cluster_certmanager_example.yaml';
const ALL_IN_ONE = 'cn2/23.4/distributed_cluster_allinone_example.yaml';
const CERT_MANAGER = 'cn2/23.4/central_cluster_cert-manager.yaml';

/** The single files of distributed clusters as one: the deployer's objects, the others as text, and the Job that applies those. */
const allInOne = `${single[DEPLOYER]}---
apiVersion: v1
kind: ConfigMap
metadata: {name: contrail-eks-cr, namespace: contrail}
data:
  contrail-eks-cr.yaml: |
${`${single[CERTIFICATES]}---\n${single[VROUTER]!.slice(single[VROUTER]!.indexOf('apiVersion: dataplane'))}`.replace(/^(?=.)/gm, '    ')}---
apiVersion: batch/v1
kind: Job
metadata: {name: apply-contrail, namespace: contrail}
spec: {template: {spec: {containers: [{name: applier, image: enterprise-hub.juniper.net/contrail-container-prod/contrail-k8s-applier:${VERSION}}]}}}
`;
const certManager = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: certificates.cert-manager.io}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cert-manager, namespace: cert-manager}
spec: {template: {spec: {containers: [{name: cert-manager-controller, image: 'hub.juniper.net/cn2/cert-manager-controller:v1.13.2'}]}}}
`;

function rendered(vendorFiles: Record<string, string>): { tree?: RenderedTree; findings: Finding[] } {
  return render({ declaration: declared(), vendorFiles });
}

/** What is applied, as its digests say: everything but where it was read. */
function applied({ tree }: { tree?: RenderedTree }, but: readonly string[] = []): string[] {
  return tree!.manifests.filter(({ object }) => !but.includes(object.kind)).map(({ path, digest }) => `${path} ${digest}`);
}

describe('an all-in-one file', () => {
  const { [CENTRAL]: central } = single;

  test('alone with the central file renders the same objects as the single files', () => {
    const both = [rendered({ [CENTRAL]: central!, [ALL_IN_ONE]: allInOne }), rendered(single)] as const;
    for (const { findings } of both) expect(findings).toEqual([]);
    // A Secret names the file that its values come from.
    expect(applied(both[0], ['Secret'])).toEqual(applied(both[1], ['Secret']));
    expect(both[0].tree!.manifests.map(({ path }) => path)).toEqual(both[1].tree!.manifests.map(({ path }) => path));
    expect(both[0].tree!.index.sources.map(({ file }) => file)).toEqual([CENTRAL, ALL_IN_ONE]);
    const webhook = both[0].tree!.manifests.find(({ object }) => object.metadata.name === 'webhook-server-cert')!;
    expect(webhook.object.metadata.annotations).toEqual({ 'cn2-fleet/content': `manifest:${ALL_IN_ONE}` });
  });

  test('beside the single files changes nothing', () => {
    const both = rendered({ ...single, [ALL_IN_ONE]: allInOne });
    expect(both.findings).toEqual([]);
    expect(both.tree!.files).toEqual(rendered(single).tree!.files);
  });

  test('that says something else than the single files has no effect, which is a warning where it says so', () => {
    const other = replaced(allInOne, 'maxUnavailablePercentage: 100%', 'maxUnavailablePercentage: 10%');
    const more = replaced(
      other,
      /---\napiVersion: batch/,
      '---\napiVersion: v1\nkind: Namespace\nmetadata: {name: mine}\n---\napiVersion: batch',
    );
    const both = rendered({ ...single, [ALL_IN_ONE]: more });
    expect(both.findings).toMatchObject([
      { severity: 'warning', file: ALL_IN_ONE, message: expect.stringContaining('contrail-vrouter-nodes') },
      {
        severity: 'warning',
        file: ALL_IN_ONE,
        ...placeOf(more, 'mine'),
        message: expect.stringContaining('is not in the single files'),
      },
    ]);
    expect(more.split('\n')[both.findings[0]!.line! - 1]).toContain('name: contrail-vrouter-nodes');
    expect(both.tree!.files).toEqual(rendered(single).tree!.files);
  });

  test('with an object that nobody looked at is refused where it stands, also inside its text', () => {
    const object = 'apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: contrail-backup\n  namespace: contrail\n';
    const inside = replaced(
      allInOne,
      '    apiVersion: dataplane',
      `${object.replace(/^(?=.)/gm, '    ')}    ---\n    apiVersion: dataplane`,
    );
    for (const text of [`${allInOne}---\n${object}`, inside]) {
      expect(rendered({ [CENTRAL]: central!, [ALL_IN_ONE]: text }).findings).toMatchObject([
        {
          ...{ rule: 'manifests', severity: 'error', file: ALL_IN_ONE, ...placeOf(text, 'contrail-backup') },
          message: expect.stringContaining('is not known in the all-in-one file'),
        },
      ]);
    }
  });

  test('of another version is E22 inside its text', () => {
    const text = replaced(allInOne, `contrail-vrouter-agent:${VERSION}`, 'contrail-vrouter-agent:22.4.0.284');
    expect(rendered({ [CENTRAL]: central!, [ALL_IN_ONE]: text }).findings).toMatchObject([
      { rule: 'E22', file: ALL_IN_ONE, ...placeOf(text, "'hub.juniper.net/cn2/contrail-vrouter-agent:22.4.0.284") },
    ]);
  });

  test('does not make up for a single file that is missing, nor for the central one', () => {
    const { [VROUTER]: _vrouter, ...rest } = single;
    expect(rendered({ ...rest, [ALL_IN_ONE]: allInOne }).findings).toContainEqual(
      expect.objectContaining({ severity: 'error', message: expect.stringContaining('lacks the vRouter file') }),
    );
    expect(rendered({ [ALL_IN_ONE]: allInOne }).findings).toMatchObject([
      { message: expect.stringContaining('lacks the central file') },
    ]);
  });

  test('twice is twice, and so is a central file', () => {
    expect(rendered({ ...single, [ALL_IN_ONE]: allInOne, 'cn2/23.4/x.yaml': allInOne }).findings).toMatchObject([
      { file: 'cn2/23.4/x.yaml', message: expect.stringContaining(`is a second all-in-one file of distributed clusters`) },
    ]);
    expect(rendered({ ...single, [ALL_IN_ONE]: allInOne, 'cn2/23.4/x.yaml': central! }).findings).toMatchObject([
      { file: 'cn2/23.4/x.yaml', message: expect.stringMatching(/is a second central file .* after .*central_cluster_deployer/) },
    ]);
  });
});

describe("the central cluster's cert-manager file", () => {
  test('is known, and nothing of it is rendered', () => {
    const both = rendered({ ...single, [CERT_MANAGER]: certManager });
    expect(both.findings).toEqual([]);
    expect(both.tree!.files).toEqual(rendered(single).tree!.files);
  });

  test('has images from a known registry', () => {
    const text = replaced(certManager, 'hub.juniper.net/cn2', 'example.org');
    expect(rendered({ ...single, [CERT_MANAGER]: text }).findings).toMatchObject([
      { rule: 'manifests', file: CERT_MANAGER, ...placeOf(text, "'example.org") },
    ]);
  });
});

const whereShared = HAS_SHARED_CN2 ? describe : describe.skip;
whereShared('as downloaded', () => {
  test.each([
    ['22.1', '22.1.0.93'],
    ['22.1-dpdk', '22.1.0.93'],
    ['22.2', '22.2.0.93'],
    ['22.2.0.100', '22.2.0.93\n  images: {contrail-k8s-kubemanager: 22.2.0.100}'],
    ['22.4', '22.4.0.284'],
    ['23.4', VERSION],
    ['23.4-eks', VERSION],
  ])('%s renders', (folder, version) => {
    const { tree, findings } = render({ declaration: declared(version, `cn2/${folder}`), vendorFiles: vendorRelease(folder) });
    expect(findings).toEqual([]);
    expect(tree!.manifests.filter(({ object }) => object.kind === 'Vrouter').length).toBeGreaterThan(0);
    expect(tree!.manifests.filter(({ object }) => object.kind === 'Job' || object.kind === 'CustomResourceDefinition')).toEqual(
      [],
    );
  });

  test('the all-in-one file of EKS alone renders what its single files do', () => {
    const files = vendorRelease('23.4-eks');
    const named = (part: string) => Object.entries(files).filter(([name]) => name.includes(part));
    const declaration = declared(VERSION, 'cn2/23.4-eks');
    const one = render({
      declaration,
      vendorFiles: Object.fromEntries([...named('central_cluster_deployer'), ...named('allinone')]),
    });
    expect(one.findings).toEqual([]);
    expect(applied(one, ['Secret'])).toEqual(applied(render({ declaration, vendorFiles: files }), ['Secret']));
  });
});
