import { expect, test } from '@jest/globals';
import { scopeOf } from '../../../src/model/scope.ts';
import type { Credentials } from '../../../src/ports/credentials.ts';
import { render } from '../../../src/render/render.ts';
import { fillContents } from '../../../src/survey/contents.ts';
import { guideDeclaration, THREE_CLUSTERS } from '../../support/guide-fleet.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { testPorts } from '../../support/ports.ts';
import { smallRelease } from '../../support/small-release.ts';

const KUBECONFIG = `apiVersion: v1
kind: Config
current-context: c
clusters: [{name: c, cluster: {server: "https://192.0.2.1:6443"}}]
users: [{name: u, user: {token: a-token-for-tests}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
`;

/** Everything is there but what belongs to cluster3. */
const credentials: Credentials = {
  resolve: async (ref) => {
    const name = 'env' in ref ? ref.env : ref.file;
    if (name.includes('CLUSTER3')) return { status: 'missing', reason: `environment variable ${name} is not set` };
    return { status: 'ok', value: name.includes('PULL') ? '{"auths":{}}' : KUBECONFIG };
  },
};

test('a run narrowed to one cluster needs no credential of another, and still knows all that is wanted', async () => {
  const declaration = guideDeclaration(THREE_CLUSTERS);
  const vendorFiles = smallRelease();
  const { tree } = render({ declaration, vendorFiles });
  if (tree === undefined) throw new Error('not rendered');
  const ports = testPorts(memoryFiles({}), { credentials });
  const { fleet, manifests } = tree;
  const fill = (only: string[]) =>
    fillContents(ports, { fleet, manifests, vendorFiles, scope: scopeOf(fleet, only), source: declaration.source! });
  const all = await fill([]);
  expect(all.desired).toBeUndefined();
  expect(all.findings.map(({ message }) => message)).toContain('environment variable KUBECONFIG_CLUSTER3 is not set');
  const narrowed = await fill(['cluster2']);
  expect(narrowed.findings).toEqual([]);
  expect(narrowed.desired).toHaveLength(tree.manifests.length);
});

test('where a missing value means that its Secrets are not compared, all else is filled in, and a warning names it', async () => {
  const declaration = guideDeclaration(THREE_CLUSTERS);
  const vendorFiles = smallRelease();
  const { tree } = render({ declaration, vendorFiles });
  const { fleet, manifests } = tree!;
  const ports = testPorts(memoryFiles({}), { credentials });
  const input = { fleet, manifests, vendorFiles, scope: scopeOf(fleet, []), source: declaration.source! };
  const { desired, findings } = await fillContents(ports, { ...input, onMissing: 'not-compared' });
  expect(findings.map(({ rule, severity, message }) => [rule, severity, message])).toEqual(
    ['KUBECONFIG_CLUSTER3', 'PULL_SECRET_CLUSTER3'].map((name) => [
      'credential',
      'warning',
      `environment variable ${name} is not set: the Secrets with it are not compared, the apply does that`,
    ]),
  );
  expect(findings[0]).toMatchObject({ line: expect.any(Number), cluster: 'cluster3' });
  const without = desired!.filter(({ withoutContent }) => withoutContent === true);
  expect(without.length).toBeGreaterThan(1);
  for (const { object } of without) expect([object.kind, Object.values(object['data'] as object)]).toEqual(['Secret', ['']]);
  expect(desired).toHaveLength(manifests.length);
});
