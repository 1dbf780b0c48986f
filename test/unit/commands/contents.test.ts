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
  const fill = (only: string[]) =>
    fillContents(ports, tree.fleet, tree.manifests, vendorFiles, scopeOf(tree.fleet, only), declaration.source);
  const all = await fill([]);
  expect(all.desired).toBeUndefined();
  expect(all.findings.map(({ message }) => message)).toContain('environment variable KUBECONFIG_CLUSTER3 is not set');
  const narrowed = await fill(['cluster2']);
  expect(narrowed.findings).toEqual([]);
  expect(narrowed.desired).toHaveLength(tree.manifests.length);
});
