import { expect, test } from '@jest/globals';
import type { Fleet } from '../../../src/model/fleet.ts';
import type { Problem } from '../../../src/model/live.ts';
import { scopeOf } from '../../../src/model/scope.ts';
import type { Connector } from '../../../src/ports/cluster.ts';
import { judgeHandovers } from '../../../src/survey/handovers.ts';
import { selfSigned } from '../../support/certificate.ts';
import { guideDeclaration, THREE_CLUSTERS } from '../../support/guide-fleet.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { testPorts } from '../../support/ports.ts';

const AUTHORITY = Buffer.from(selfSigned({ names: ['a'] }).certificate).toString('base64');

function kubeconfig(name: string, cluster: Record<string, unknown> = { 'certificate-authority-data': AUTHORITY }): string {
  return JSON.stringify({
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
    clusters: [{ name: 'k', cluster: { server: 'https://127.0.0.1:6443', 'proxy-url': 'http://here', ...cluster } }],
    users: [{ name: 'u', user: { token: `token-of-${name}` } }],
  });
}

async function judged(
  values: (name: string) => string | undefined,
  options: { problem?: Problem; tried?: boolean; only?: string[]; edit?: (fleet: Fleet) => void } = {},
) {
  const { fleet, source } = guideDeclaration(THREE_CLUSTERS);
  if (fleet === undefined) throw new Error('no fleet');
  options.edit?.(fleet);
  const asked: string[] = [];
  const tryOut: Connector['tryOut'] = async (name, text, more) => {
    const { clusters } = (await import('yaml')).parse(text) as { clusters: { cluster: Record<string, string> }[] };
    asked.push(`${name} ${clusters[0]!.cluster['server']} ${String(clusters[0]!.cluster['proxy-url'])}`);
    more?.reveal?.(`revealed-${name}`);
    return options.problem;
  };
  const ports = testPorts(memoryFiles({}), {
    connector: { connect: () => Promise.reject(new Error('not connected')), tryOut },
    credentials: {
      resolve: async (ref) => {
        const value = values('env' in ref ? ref.env : ref.file);
        return value === undefined ? { status: 'missing', reason: 'not there' } : { status: 'ok', value };
      },
    },
  });
  const findings = await judgeHandovers(ports, {
    fleet,
    scope: scopeOf(fleet, options.only),
    source,
    tried: options.tried ?? true,
  });
  return { asked: asked.sort(), findings, secrets: ports.secrets };
}

test('each side is tried at the declared server, without the proxy of here', async () => {
  const { asked, findings, secrets } = await judged(kubeconfig);
  expect(asked).toEqual([
    'cluster1 https://172.27.115.180:6443 undefined',
    'cluster2 https://172.27.115.183:6443 undefined',
    'cluster3 https://172.27.115.186:6443 undefined',
  ]);
  expect(findings).toEqual([]);
  for (const name of ['cluster1', 'cluster2', 'cluster3']) expect(secrets.text(`a revealed-${name} b`)).toBe('a (secret) b');
});

test('what is refused is found at its reference; what has no value is not judged here', async () => {
  const problem: Problem = { cause: 'unauthorized', message: 'cluster2: refused' };
  const { findings } = await judged((name) => (name.includes('CLUSTER2') ? kubeconfig(name) : undefined), { problem });
  expect(findings).toMatchObject([
    { rule: 'E19', severity: 'warning', cluster: 'cluster2', file: 'clusters.yaml', message: expect.stringContaining('refused') },
  ]);
});

test('a stranger’s server sees no credential; the kubeconfig’s own server is tried by the connection itself', async () => {
  const open = (name: string) => kubeconfig(name, {});
  expect((await judged(open)).asked).toEqual([]);
  const own = (name: string) => kubeconfig(name, { server: 'https://172.27.115.183:6443/' });
  expect((await judged(own)).asked).toEqual([]);
  const edit = (fleet: Fleet) => {
    fleet.distributed.find(({ name }) => name === 'cluster2')!.handover = { env: 'ANOTHER' };
  };
  expect((await judged(own, { edit })).asked).toEqual(['cluster2 https://172.27.115.183:6443 undefined']);
});

test('nothing is tried offline, for what cannot be handed over, out of scope, or for detached clusters', async () => {
  expect((await judged(kubeconfig, { tried: false })).asked).toEqual([]);
  const insecure = await judged((name) => kubeconfig(name, { 'insecure-skip-tls-verify': true }));
  expect([insecure.asked, insecure.findings.length]).toEqual([[], 3]);
  expect((await judged(kubeconfig, { only: ['cluster3'] })).asked).toEqual([
    'cluster1 https://172.27.115.180:6443 undefined',
    'cluster3 https://172.27.115.186:6443 undefined',
  ]);
  const detached = await judged(kubeconfig, {
    edit: (fleet) => {
      for (const cluster of fleet.distributed) cluster.state = 'detached';
    },
  });
  expect(detached.asked).toEqual([]);
});
