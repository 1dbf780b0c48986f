import { expect, test } from '@jest/globals';
import { scopeOf } from '../../../src/model/scope.ts';
import { type Cluster, ClusterError, type ConnectOptions } from '../../../src/ports/cluster.ts';
import type { CredentialValue } from '../../../src/ports/credentials.ts';
import { openClusters } from '../../../src/survey/session.ts';
import { guideDeclaration, THREE_CLUSTERS } from '../../support/guide-fleet.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { testPorts } from '../../support/ports.ts';

const CLUSTER = { [Symbol.asyncDispose]: async () => {} } as unknown as Cluster;

function kubeconfig(cluster: Record<string, unknown> = {}): string {
  return JSON.stringify({
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
    clusters: [{ name: 'k', cluster: { server: 'https://h', ...cluster } }],
    users: [{ name: 'u', user: { token: 't', tokenFile: 'beside' } }],
  });
}

async function opened(value: CredentialValue, connect: (options: ConnectOptions) => Cluster = () => CLUSTER) {
  const { fleet, source } = guideDeclaration(THREE_CLUSTERS);
  if (fleet === undefined) throw new Error('no fleet');
  fleet.release.pullSecret = { env: 'PULL' };
  fleet.central.kubeconfig = { file: 'central', context: 'c' };
  const [withheld, texts]: [string[], string[]] = [[], []];
  const ports = testPorts(memoryFiles({}), {
    connector: {
      connect: (_, text, options = {}) => {
        // Known before anything can log in.
        expect(withheld.length).toBeGreaterThan(0);
        texts.push(text);
        return connect(options);
      },
      withhold: (names) => void withheld.push(...names),
    },
    credentials: { resolve: async (ref) => ('file' in ref ? value : { status: 'missing', reason: 'not there' }) },
  });
  const session = await openClusters(ports, fleet, scopeOf(fleet), source);
  const findings = session.findings.filter(({ cluster }) => cluster === 'cluster1');
  return { findings, withheld, texts, session };
}

test('a connection is told its context, whether its kubeconfig is a file of the repository, and who hears what logs in', async () => {
  const seen: ConnectOptions[] = [];
  const { session, withheld, texts, findings } = await opened(
    { status: 'ok', value: kubeconfig(), folder: '/home/me', tracked: true },
    (options) => {
      seen.push(options);
      options.reveal?.('what logs in');
      return CLUSTER;
    },
  );
  expect(seen).toMatchObject([{ context: 'c', tracked: true }]);
  expect(session.secrets.text('it is what logs in.')).toBe('it is (secret).');
  expect(withheld.sort()).toEqual([
    'CENTRAL_FOR_DISTRIBUTED',
    'KUBECONFIG_CLUSTER2',
    'KUBECONFIG_CLUSTER3',
    'PULL',
    'PULL_SECRET_CLUSTER3',
  ]);
  expect(texts).toEqual([expect.stringContaining('/home/me/beside')]);
  expect(findings).toEqual([]);
});

test('a server that is not checked is a warning at the reference', async () => {
  const { findings, session } = await opened({ status: 'ok', value: kubeconfig({ 'insecure-skip-tls-verify': true }) });
  expect(findings).toMatchObject([
    {
      rule: 'credential',
      severity: 'warning',
      line: 11,
      message: expect.stringContaining('cluster1: the kubeconfig does not check the server (insecure-skip-tls-verify)'),
    },
  ]);
  expect(session.clusters.has('cluster1')).toBe(true);
});

test('a kubeconfig of the repository that is refused: the remedy fits', async () => {
  const { findings } = await opened({ status: 'ok', value: kubeconfig(), tracked: true }, () => {
    throw new ClusterError('cluster1: refused', { cluster: 'cluster1', cause: 'credential', fieldConflicts: [] });
  });
  expect(findings).toMatchObject([
    { rule: 'credential', severity: 'error', message: 'cluster1: refused', remedy: expect.stringContaining('as a secret') },
  ]);
});
