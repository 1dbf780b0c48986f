import { expect, test } from '@jest/globals';
import { maskedCredentials } from '../../../src/cli/masked-credentials.ts';
import { scopeOf } from '../../../src/model/scope.ts';
import { render } from '../../../src/render/render.ts';
import { Redactor } from '../../../src/report/redactor.ts';
import { fillContents } from '../../../src/survey/contents.ts';
import { GUIDE, guideDeclaration } from '../../support/guide-fleet.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { testPorts } from '../../support/ports.ts';
import { smallRelease } from '../../support/small-release.ts';

const TELLING = ['every verb on every resource of every group', 'cluster-admin', 'system:masters', 'elsewhere.example/own/x:1'];
const KEY = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkq'.repeat(4)}\n${'hkiG9w0BAQEFAASC'.repeat(4)}\n-----END PRIVATE KEY-----\n`;
const RANDOM = ['wJalrXUtnFEMIK7MDENGbPxRfiCY', 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl', 'abcdef.0123456789abcdef'];

const kubeconfig = (password: string) => JSON.stringify({ users: [{ name: 'unused', user: { password } }] });

async function redactorOf(value: string, tracked: boolean): Promise<Redactor> {
  const secrets = new Redactor();
  const resolve = async () => ({ status: 'ok' as const, value, ...(tracked ? { tracked } : {}) });
  await maskedCredentials({ resolve }, secrets).resolve({ file: 'k' });
  return secrets;
}

test.each(TELLING)('a file of the repository hides no words: %s', async (words) => {
  const text = `rule: ${words}`;
  for (const value of [kubeconfig(words), words, words.replaceAll(' ', '\n')]) {
    expect((await redactorOf(value, true)).text(text)).toBe(text);
  }
  const basic = await redactorOf(kubeconfig(words), true);
  basic.revealAuthorization(words);
  expect(basic.text(text)).toBe(text);
  expect((await redactorOf(kubeconfig(words), false)).text(text)).toBe('rule: (secret)');
});

test.each([...RANDOM, KEY])('what nobody takes for words is hidden wherever it stands', async (secret) => {
  const redactor = await redactorOf(kubeconfig(secret), true);
  expect(redactor.text(`a ${secret} b`)).toBe('a (secret) b');
  expect(redactor.text(JSON.stringify(secret))).toBe('"(secret)"');
});

test('a line of a key that is words stays', async () => {
  const key = '-----BEGIN KEY-----\ncontrailvrouteragent\nAAAA\n-----END KEY-----\n';
  expect((await redactorOf(kubeconfig(key), true)).text('contrailvrouteragent')).toBe('contrailvrouteragent');
});

test.each(TELLING)('nor does a Secret in the vendor’s files: %s', async (words) => {
  const data = (text: string) => Buffer.from(text).toString('base64');
  const docker = JSON.stringify({ auths: { 'hub.juniper.net': { auth: data('user:pass-0f9e8d7c6b5a4321') } } });
  const vendorFiles = Object.fromEntries(
    Object.entries(smallRelease()).map(([path, text]) => [
      path,
      path.includes('distributed_cluster_deployer')
        ? `${text}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: webhook-server-cert, namespace: contrail-deploy}\ndata: {x: ${data(words)}, y: ${data(docker)}}\n`
        : text,
    ]),
  );
  const declaration = guideDeclaration(GUIDE);
  const { tree } = render({ declaration, vendorFiles });
  if (tree === undefined) throw new Error('not rendered');
  const ports = testPorts(memoryFiles({}));
  await fillContents(ports, {
    fleet: tree.fleet,
    manifests: tree.manifests,
    vendorFiles,
    scope: scopeOf(tree.fleet),
    source: declaration.source!,
  });
  expect(ports.secrets.text(`rule: ${words}`)).toBe(`rule: ${words}`);
  expect(ports.secrets.text(`auth ${data('user:pass-0f9e8d7c6b5a4321')}`)).toBe('auth (secret)');
});
