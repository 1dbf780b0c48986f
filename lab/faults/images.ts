import type { Fault, ImageAct } from './fault.ts';
import type { Scene } from './scene.ts';

/** Faults of the probe image on the nodes of a cluster. */
export const IMAGE_FAULTS: readonly Fault[] = [
  {
    name: 'image-missing',
    does: 'the probe image is not on the nodes, and no registry has it',
    on: "the image store of the cluster's nodes",
    undone: 'the image gets its name back',
    says: {
      paths: [{ where: 'from and to the cluster', verdict: 'not-run' }],
      causes: [{ rung: 'probe', words: 'Image' }],
    },
    acts: async (scene) => images(scene, 'nothing'),
  },
  {
    name: 'broken-ping',
    does: 'the probe image has a ping that may not open its socket',
    on: "the image store of the cluster's nodes",
    undone: 'the image gets its name back',
    says: { paths: [], causes: [], echo: 'tcp' },
    acts: async (scene) => images(scene, 'broken-ping'),
  },
];

function images(scene: Scene, instead: ImageAct['instead']): ImageAct[] {
  return scene.nodes(scene.cluster).map((node) => ({ do: 'image', node, image: scene.probe, instead }));
}
