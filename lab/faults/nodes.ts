import type { Fault } from './fault.ts';

const NOT_RUN = [{ where: 'from and to the cluster', verdict: 'not-run' }] as const;

/** Faults of nodes as a whole. */
export const NODE_FAULTS: readonly Fault[] = [
  {
    name: 'kubelet-stopped',
    does: 'no node of the cluster starts or ends a pod any more; those that run go on',
    on: 'the unit `kubelet` of its nodes',
    undone: 'it is started',
    says: { paths: NOT_RUN, causes: [{ rung: 'probe', kind: 'Node', words: 'does not report' }], leftovers: 'perhaps' },
    acts: async (scene) => scene.nodes(scene.cluster).map((node) => ({ do: 'stop', node, unit: 'kubelet' })),
  },
  {
    name: 'node-gone',
    does: 'the nodes of the cluster stand still, its API server with them',
    on: 'the containers of its nodes, paused',
    undone: 'they go on',
    says: { paths: NOT_RUN, causes: [{ rung: 'api', words: '' }], leftovers: 'perhaps' },
    acts: async (scene) => scene.nodes(scene.cluster).map((node) => ({ do: 'pause', node })),
  },
];
