import { describe, expect, test } from '@jest/globals';
import type { LiveCluster } from '../../../src/model/live.ts';
import { withConvertedHidden } from '../../../src/observe/converted.ts';
import { observeCluster } from '../../../src/observe/observe-cluster.ts';
import { problemOf } from '../../../src/observe/problem.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';
import { memoryCn2 } from '../../support/memory-cn2.ts';

const SAID =
  'vrouters.dataplane.juniper.net cannot be read (500): conversion webhook for dataplane.juniper.net/v1alpha1, Kind=VrouterList failed: Post "https://webhook-service.contrail-deploy.svc:443/convert?timeout=30s": connection refused';

function failure(message: string, cause: ClusterError['cause'] = 'error'): ClusterError {
  return new ClusterError(`cluster2: ${message}`, { cluster: 'cluster2', status: 500, cause, fieldConflicts: [] });
}

/** cluster2 as it is read where LISTs of these kinds fail. */
async function read(failures: Record<string, ClusterError>): Promise<LiveCluster> {
  const { distributed } = memoryCn2({
    hooks: {
      before: ({ verb, kind = '' }) => {
        const error = verb === 'LIST' ? failures[kind] : undefined;
        if (error !== undefined) throw error;
      },
    },
  });
  const wanted = ['Namespace', 'Node', 'Pod', 'DaemonSet'].map((kind) => ({ group: kind === 'DaemonSet' ? 'apps' : '', kind }));
  return observeCluster('distributed', distributed, distributed.server, { kinds: wanted, secrets: [] });
}

describe('kinds that cannot be converted', () => {
  test('are told from what cannot be read for other reasons', () => {
    expect(problemOf(failure(SAID)).cause).toBe('conversion');
    expect(problemOf(failure('pods cannot be read (500): etcd is full')).cause).toBe('error');
  });

  test('make a cluster unknown, and known for whoever brings their deployer up', async () => {
    const cluster = await read({ DaemonSet: failure(SAID) });
    expect(cluster).toMatchObject({ status: 'unknown', problem: { cause: 'conversion' } });
    const [hidden] = withConvertedHidden({ clusters: [cluster] }).clusters;
    expect(hidden).toMatchObject({ status: 'known', name: 'cluster2' });
    expect(hidden!.problem).toBeUndefined();
  });

  test('hide no other problem, and none of the central cluster', async () => {
    const cluster = await read({ DaemonSet: failure(SAID), Pod: failure('pods may not be read (403)', 'forbidden') });
    expect(cluster).toMatchObject({ status: 'unknown', problem: { cause: 'forbidden' } });
    expect(withConvertedHidden({ clusters: [cluster] }).clusters[0]!.status).toBe('unknown');
    const central: LiveCluster = { ...(await read({ DaemonSet: failure(SAID) })), role: 'central' };
    expect(withConvertedHidden({ clusters: [central] }).clusters[0]!.status).toBe('unknown');
  });
});
