import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { selfSigned } from '../support/certificate.ts';
import { cli, guideCopy } from '../support/cli.ts';
import { CredentialPlugin, kubeconfigOf } from '../support/credential-plug-in.ts';
import { answer, ScriptedApi } from '../support/scripted-api.ts';

const DAY = 86_400_000;
const authorityFor = (days: number) => {
  const notBefore = new Date(Date.now() - 900 * DAY);
  const { certificate } = selfSigned({ names: ['127.0.0.1'], notBefore, notAfter: new Date(Date.now() + days * DAY) });
  return { 'certificate-authority-data': Buffer.from(certificate).toString('base64') };
};

async function validated(kubeconfig: string | undefined) {
  const folder = guideCopy();
  const environment: Record<string, string> = kubeconfig === undefined ? {} : { KUBECONFIG_CLUSTER2: kubeconfig };
  const { exitCode, stdout } = await cli(folder, ['validate', '--format', 'json'], { environment });
  rmSync(folder, { recursive: true });
  expect(stdout).not.toContain('canary');
  const { findings } = JSON.parse(stdout) as { findings: { rule: string; severity: string; message: string; line: number }[] };
  return [
    exitCode,
    // E23 warns of what only a look at the nodes can tell.
    findings
      .filter(({ rule }) => rule !== 'E23')
      .map(({ rule, severity, line, message }) => [rule, severity, line, message.replace(/\d{4}-\d\d-\d\d/, 'DAY')]),
  ];
}

test('validate judges what is handed over where its value is given, and asks nobody', async () => {
  await using api = await ScriptedApi.start((_, response) => answer(response, 200, {}));
  const of = (days: number) =>
    validated(kubeconfigOf(api.url.replace('http:', 'https:'), { token: 'canary' }, authorityFor(days)));
  const what = 'cluster2: the certificate of the authority of the kubeconfig that is handed over';
  expect(await validated(undefined)).toEqual([0, []]);
  expect(await of(100)).toEqual([0, []]);
  expect(await of(29)).toEqual([0, [['E19', 'warning', 26, `${what} expires on DAY`]]]);
  expect(await of(-1)).toEqual([3, [['E19', 'error', 26, `${what} expired on DAY`]]]);
  expect(api.requests).toEqual([]);
}, 60_000);

test('a kubeconfig of a file: its paths are relative to it, not to where the tool runs', async () => {
  using plugin = new CredentialPlugin(`credential({ token: 'from-beside' });`);
  const seen: (string | undefined)[] = [];
  await using api = await ScriptedApi.start((request, response) => {
    seen.push(request.headers.authorization);
    answer(response, 403, {});
  });
  const beside = mkdtempSync(join(tmpdir(), 'cn2-fleet-beside-'));
  writeFileSync(join(beside, 'token'), 'in-a-file\n');
  writeFileSync(join(beside, 'login'), `#!/bin/sh\nexec '${process.execPath}' '${plugin.program}'\n`, { mode: 0o755 });
  writeFileSync(join(beside, 'one'), kubeconfigOf(api.url, { tokenFile: 'token' }));
  writeFileSync(join(beside, 'two'), kubeconfigOf(api.url, { exec: plugin.exec({ command: './login', args: [] }) }));
  const folder = guideCopy((text) =>
    text
      .replace('{env: KUBECONFIG_CLUSTER1}', `{file: ${join(beside, 'one')}}`)
      .replace('{env: KUBECONFIG_CLUSTER2}', `{file: ${join(beside, 'two')}}`),
  );
  await cli(folder, ['validate', '--live'], { environment: {} });
  for (const place of [folder, beside]) rmSync(place, { recursive: true });
  expect([...new Set(seen)].sort()).toEqual(['Bearer from-beside', 'Bearer in-a-file']);
}, 60_000);
