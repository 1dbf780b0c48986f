import { describe, expect, test } from '@jest/globals';
import type { Manifest, SecretContent } from '../../../src/model/manifest.ts';
import { contentKey, contentsNeeded, credentialOf, toDesired, vendorSecretData } from '../../../src/render/desired.ts';
import { render } from '../../../src/render/render.ts';
import { GUIDE, guideDeclaration, replaced, THREE_CLUSTERS } from '../../support/guide-fleet.ts';
import { smallRelease } from '../../support/small-release.ts';

const FILE = 'cn2/23.4/distributed_cluster_deployer_example.yaml';

function rendered(text: string, vendorFiles = smallRelease()): Manifest[] {
  return render({ declaration: guideDeclaration(text), vendorFiles }).tree!.manifests;
}

const NEWEST = replaced(replaced(GUIDE, '22.2.0.93', 'cn2.23.4.0.59'), 'cn2/22.2', 'cn2/23.4');

describe('secrets are rendered without values', () => {
  test('and say where each comes from', () => {
    const secrets = rendered(NEWEST, smallRelease('cn2.23.4.0.59', 'cn2/23.4')).filter(({ object }) => object.kind === 'Secret');
    expect(Object.fromEntries(secrets.map(({ object }) => [object.metadata.name, object.metadata.annotations]))).toEqual({
      'central-kubeconfig': { 'cn2-fleet/content': 'handover:cluster1' },
      'workload-kubeconfig': { 'cn2-fleet/content': 'handover:cluster2' },
      registrypullsecret: { 'cn2-fleet/content': 'pull-secret' },
      'webhook-server-cert': { 'cn2-fleet/content': `manifest:${FILE}` },
    });
    for (const { object, text } of secrets) {
      expect(object).not.toHaveProperty('data');
      expect(object).not.toHaveProperty('stringData');
      expect(text).not.toMatch(/a2V5|base64-encoded/);
    }
  });

  test('also when the user put a real credential into the vendor file', () => {
    const files = smallRelease();
    const file = Object.keys(files).find((name) => name.includes('distributed_cluster_deployer'))!;
    const secret = Buffer.from('{"auths":{}}').toString('base64');
    const tree = render({
      declaration: guideDeclaration(),
      vendorFiles: { ...files, [file]: replaced(files[file]!, '<base64-encoded-credential>', secret) },
    }).tree!;
    expect(JSON.stringify(tree.files)).not.toContain(secret);
  });
});

describe('values', () => {
  test('are needed once each, per cluster where clusters may differ', () => {
    expect(contentsNeeded(rendered(THREE_CLUSTERS))).toEqual([
      { type: 'handover', cluster: 'cluster1' },
      { type: 'handover', cluster: 'cluster2' },
      { type: 'pull-secret', cluster: 'cluster2' },
      { type: 'handover', cluster: 'cluster3' },
      { type: 'pull-secret', cluster: 'cluster3' },
    ]);
  });

  test('come from the references of the declaration', () => {
    const { fleet } = guideDeclaration(THREE_CLUSTERS);
    expect(contentsNeeded(rendered(THREE_CLUSTERS)).map((content) => credentialOf(fleet!, content))).toEqual([
      { ref: { env: 'CENTRAL_FOR_DISTRIBUTED' }, server: 'https://172.27.115.180:6443' },
      { ref: { env: 'KUBECONFIG_CLUSTER2' }, server: 'https://172.27.115.183:6443' },
      { ref: { env: 'CN2_PULL_SECRET' } },
      { ref: { env: 'KUBECONFIG_CLUSTER3' }, server: 'https://172.27.115.186:6443' },
      { ref: { env: 'PULL_SECRET_CLUSTER3' } },
    ]);
    expect(credentialOf(fleet!, { type: 'handover', cluster: 'gone' })).toBeUndefined();
    expect(credentialOf(fleet!, { type: 'manifest', file: FILE })).toBeUndefined();
  });

  test('are filled in as base64 and leave the manifests alone', () => {
    const files = smallRelease('cn2.23.4.0.59', 'cn2/23.4');
    const manifests = rendered(NEWEST, files);
    const before = structuredClone(manifests);
    const value = (content: SecretContent): string =>
      content.type === 'manifest'
        ? JSON.stringify(vendorSecretData(files, content.file, content.namespace, content.name!))
        : `value of ${contentKey(content)}`;
    const desired = toDesired(manifests, value);
    expect(manifests).toEqual(before);
    expect(desired.map(({ manifest }) => manifest)).toEqual(manifests);
    const data = (name: string) =>
      desired.find(({ object }) => object.metadata.name === name)!.object['data'] as Record<string, string>;
    const decoded = (text: string | undefined) => Buffer.from(text!, 'base64').toString();
    expect(decoded(data('central-kubeconfig')['kubeconfig'])).toBe('value of {"cluster":"cluster1","type":"handover"}');
    expect(decoded(data('workload-kubeconfig')['kubeconfig'])).toBe('value of {"cluster":"cluster2","type":"handover"}');
    expect(Object.keys(data('registrypullsecret'))).toEqual(['.dockerconfigjson']);
    expect(decoded(data('registrypullsecret')['.dockerconfigjson'])).toBe('value of {"cluster":"cluster2","type":"pull-secret"}');
    expect(data('webhook-server-cert')).toEqual({ 'ca.crt': 'Y2E=', 'tls.crt': 'Y2VydA==', 'tls.key': 'a2V5' });
    for (const { manifest, object } of desired) if (object.kind !== 'Secret') expect(object).toBe(manifest.object);
  });

  test('of a vendor secret: stringData folded in, line breaks out; none is an error', () => {
    const text =
      'apiVersion: v1\nkind: Secret\nmetadata: {name: one, namespace: here}\ndata: {a: "YW\\nE=", b: Yg==}\nstringData: {b: c}\n';
    expect(vendorSecretData({ f: text }, 'f', 'here', 'one')).toEqual({ a: 'YWE=', b: 'Yw==' });
    expect(() => vendorSecretData({ f: text }, 'f', 'here', 'other')).toThrow('f has no Secret here/other');
    expect(() => vendorSecretData({}, 'f', 'here', 'one')).toThrow('f has no Secret here/one');
  });

  test('a secret that lost its annotation is no desired state', () => {
    const secret = rendered(GUIDE).find(({ object }) => object.kind === 'Secret')!;
    const bare = { ...secret, object: { ...secret.object, metadata: { ...secret.object.metadata, annotations: {} } } };
    expect(() => toDesired([bare], () => '')).toThrow(secret.path);
  });
});
