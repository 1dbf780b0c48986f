import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, test } from '@jest/globals';
import { kubernetesConnector } from '../../../src/adapters/kubernetes/connector.ts';
import { runProgram } from '../../../src/adapters/kubernetes/run-program.ts';
import { kubeconfigOf } from '../../support/credential-plug-in.ts';

async function said(exec: Record<string, unknown>, environment: Record<string, string | undefined> = process.env) {
  const user = { exec: { apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never', ...exec } };
  return (await kubernetesConnector({}, { environment }).tryOut('c', kubeconfigOf('https://127.0.0.1:1', user)))?.message;
}

test('no program is taken from the folder that this program runs in, whatever PATH says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-checkout-'));
  writeFileSync(join(folder, 'a-login'), '#!/bin/sh\necho ran >&2\nexit 1\n');
  chmodSync(join(folder, 'a-login'), 0o755);
  const missing = 'c: the credential plug-in a-login of the kubeconfig was not found on the PATH of this host';
  try {
    const PATH = process.env['PATH'];
    expect(await said({ command: 'a-login' }, { PATH: `${relative(process.cwd(), folder)}:${PATH}` })).toBe(missing);
    expect(await said({ command: 'a-login' }, { PATH: relative(process.cwd(), folder) })).toBe(missing);
    expect(await said({ command: 'a-login' }, { PATH: `${folder}:${PATH}` })).toContain('failed (exit 1): ran');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('its words are told without what looks like a credential', async () => {
  const words =
    'GET Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln failed, refresh_token=1//0gAbCdEf {"access_token": "ya29.a0" } password: hunter22, AWS_SECRET_ACCESS_KEY=wJalr7';
  const message = await said({ command: 'sh', args: ['-c', `echo '${words}' >&2; exit 1`] });
  expect(message).toContain(
    'GET Authorization: Bearer … failed, refresh_token=… {"access_token": "…" } password: …, AWS_SECRET_ACCESS_KEY=…',
  );
  const plain = 'token expired, refresh token: invalid_grant; password must be set; no basic auth';
  expect(await said({ command: 'sh', args: ['-c', `echo '${plain}' >&2; exit 1`] })).toContain(plain);
});

test('many at a time make Node warn of nothing', async () => {
  const warnings: string[] = [];
  const warned = (warning: Error) => void warnings.push(warning.name);
  process.on('warning', warned);
  const before = process.listenerCount('exit');
  const runs = Array.from({ length: 12 }, () => runProgram('sleep', ['0.2'], { env: {}, deadline: 5_000 }));
  expect(process.listenerCount('exit')).toBeLessThanOrEqual(before + 1);
  await Promise.all(runs);
  await new Promise(setImmediate);
  process.off('warning', warned);
  expect(warnings).toEqual([]);
});
