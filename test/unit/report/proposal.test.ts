import { describe, expect, test } from '@jest/globals';
import type { Change, Plan } from '../../../src/model/plan.ts';
import { proposalMarkdown } from '../../../src/report/markdown/proposal.ts';
import { proposalTitle } from '../../../src/report/proposal-title.ts';
import { markdownFaults } from '../../support/github-markdown.ts';
import { change, FINDINGS, PLAN } from '../../support/report-documents.ts';
import { mesh, network, smokeFleet } from '../../support/smoke-fleet.ts';

const CORE = 'core.contrail.juniper.net/v1alpha1';

function planOf(central: Change[], distributed: Change[] = []): Plan {
  const [first, second] = PLAN.clusters;
  const { reason: _, ...known } = second!;
  return {
    ...PLAN,
    complete: true,
    clusters: [
      { ...first!, changes: central },
      { ...known, status: 'known', changes: distributed },
    ],
  };
}

function attach(...names: string[]): Change[] {
  return names.map((name) =>
    change({
      kind: 'Kubemanager',
      apiVersion: 'configplane.juniper.net/v1alpha1',
      name: `k-${name}`,
      for: name,
      stage: '40-kubemanager',
    }),
  );
}

function core(action: Change['action'], kind: string, name: string, owner = 'cluster1', namespace = 'ns1'): Change {
  const central = owner === 'cluster1' ? namespace : `kubemanager-${owner}-${owner}-${namespace}`;
  return change({ action, kind, apiVersion: CORE, namespace: central, name, for: owner, stage: '80-networks' });
}

describe('title', () => {
  const ids = ['cluster1/ns1/vn1', 'cluster2/ns1/vn2'];
  const fleet = smokeFleet({
    networks: ids.map((id) => network(id)),
    connections: [{ ...mesh('app', ids), routers: { [ids[0]!]: 'vnr1', [ids[1]!]: 'vnr2' } }],
  });
  const vnr = (action: Change['action'], at: 0 | 1) => core(action, 'VirtualNetworkRouter', `vnr${at + 1}`, `cluster${at + 1}`);

  test.each<[string, Plan]>([
    ['Attach cluster2', planOf([...attach('cluster2'), core('create', 'VirtualNetwork', 'vn1'), vnr('create', 0)], [change()])],
    ['Attach cluster2 and cluster3', planOf(attach('cluster2', 'cluster3'))],
    ['Attach 5 clusters', planOf(attach('a', 'b', 'c', 'd', 'e'))],
    ['Delete network cluster1 ns1/vn1', planOf([core('delete', 'VirtualNetwork', 'vn1'), core('delete', 'Subnet', 's1')])],
    ['Delete network cluster2 ns1/vn2', planOf([core('delete', 'VirtualNetwork', 'vn2', 'cluster2')])],
    [
      'Delete network cluster1 ns1/vn9, attach cluster2',
      planOf([...attach('cluster2'), core('delete', 'VirtualNetwork', 'vn9')]),
    ],
    ['Delete router cluster1 ns1/vnr9', planOf([core('delete', 'VirtualNetworkRouter', 'vnr9')])],
    ['Connect cluster1 ns1/vn1 and cluster2 ns1/vn2', planOf([vnr('create', 0), vnr('create', 1)])],
    ['Connect cluster2 ns1/vn2 (app)', planOf([vnr('update', 0), vnr('create', 1)])],
    [
      'Add network cluster2 ns1/vn2',
      planOf([core('create', 'Subnet', 's'), core('create', 'VirtualNetwork', 'vn2', 'cluster2')]),
    ],
    ['Add namespaces cluster1 ns1 and cluster2 ns7', planOf([change()], [change({ name: 'ns7', for: 'cluster2' })])],
    ['Update 3 objects on cluster1', planOf(['a', 'b', 'c'].map((name) => change({ action: 'update', name })))],
    ['Update Namespace ns1 on cluster1', planOf([change({ action: 'update' })])],
    ['Adopt 2 objects on cluster1 and cluster2', planOf([change({ action: 'adopt' })], [change({ action: 'adopt' })])],
    ['Restart pods on cluster2', planOf([], [change({ action: 'restart', kind: 'Pod', name: '*', for: 'cluster2' })])],
    ['Bring guide in line with clusters.yaml', planOf([])],
  ])('%s', (title, plan) => {
    expect(proposalTitle(plan, fleet)).toBe(title);
  });

  test('names that would make it long become numbers', () => {
    const long = (at: number) => core('delete', 'VirtualNetwork', `${'n'.repeat(60)}${at}`);
    expect(proposalTitle(planOf([long(1), long(2)]), fleet)).toBe('Delete 2 networks');
  });

  test('a hostile name neither mentions nor closes anything: a title becomes the message of a merge commit', () => {
    const title = proposalTitle(planOf([core('delete', 'VirtualNetwork', 'x\n@all closes #1\u202e')]), fleet);
    expect(title).toBe('Delete network cluster1 ns1/x\\n@\u200ball closes #\u200b1\\u202e');
  });
});

describe('body', () => {
  test('verdict, what merging does, deletes, restarts, findings, drawing, folds, digest', () => {
    const plan = planOf(
      [...attach('cluster2'), core('delete', 'VirtualNetwork', 'vn9')],
      [change({ action: 'restart', kind: 'Pod', name: '*', for: 'cluster2', stage: '60-restart', predicted: true })],
    );
    const text = proposalMarkdown({ plan, findings: FINDINGS, fleet: smokeFleet(), note: 'Checks do not start.' });
    const parts = [
      '🛑 **Plan for guide: 1 to delete, 1 to create on cluster1; pods to restart on cluster2; 1 not previewed** · emulated CN2',
      '**Merging approves exactly this plan.**',
      '> [!NOTE]\n> Checks do not start.',
      '- 🛑 delete `VirtualNetwork ns1/vn9` on `cluster1`',
      '↻ Pods that are older than CN2 restart on `cluster2`, CoreDNS first.',
      '**E1**',
      '```mermaid\nflowchart LR',
      '| `cluster1` | central | 1 to delete, 1 to create |',
      '<details><summary>cluster1 (central): 1 to delete, 1 to create</summary>',
      'Digest `sha256:abc`',
    ];
    const places = parts.map((part) => text.indexOf(part));
    expect(parts.filter((_, at) => places[at] === -1)).toEqual([]);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(markdownFaults(text)).toEqual([]);
  });

  test('of many objects those with many fields are folded, those with few are not', () => {
    const fields = Array.from({ length: 5 }, (_, at) => ({ path: `/spec/${at}`, before: 1, after: 2 }));
    const one = change({ action: 'update', fields });
    expect(proposalMarkdown({ plan: planOf([one]), findings: [] })).not.toContain('5 fields of');
    const many = Array.from({ length: 12 }, (_, at) =>
      change({ action: 'update', name: `ns${at}`, fields: at === 0 ? fields : fields.slice(0, 1) }),
    );
    const text = proposalMarkdown({ plan: planOf(many), findings: [] });
    expect(text.match(/<summary>5 fields of Namespace ns0<\/summary>/g)).toHaveLength(1);
    expect(text.match(/<details>/g)).toHaveLength(2);
    expect(markdownFaults(text)).toEqual([]);
  });

  test('many deletes are counted in the list and shown in the fold', () => {
    const deletes = Array.from({ length: 50 }, (_, at) => core('delete', 'VirtualNetwork', `vn${at}`));
    const text = proposalMarkdown({ plan: planOf(deletes), findings: [] });
    expect(text.match(/^- 🛑 delete /gm)).toHaveLength(30);
    expect(text).toContain('- 🛑 and 20 more, below');
    expect(text.match(/^`- delete`/gm)).toHaveLength(50);
  });
});
