import type { Fleet } from '../model/fleet.ts';
import { mirroredNamespace } from './names.ts';

/** How the central cluster calls a namespace of any cluster: its own keep their names, a distributed one's get its prefix. */
export function centralNamespace(fleet: Fleet, cluster: string, namespace: string): string {
  const distributed = fleet.distributed.find(({ name }) => name === cluster);
  return distributed === undefined ? namespace : mirroredNamespace(distributed.kubemanager, distributed.name, namespace);
}
