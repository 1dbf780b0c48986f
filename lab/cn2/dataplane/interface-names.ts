import { createHash } from 'node:crypto';

/** How a node's ends of pods' default interfaces and of their interfaces in virtual networks begin. */
export const POD_INTERFACES = 'pod';
export const VIRTUAL_INTERFACES = 'vn';

/** Name of the node's end of an interface of a sandbox: at most 15 characters, the kernel's limit. */
export function hostInterface(containerId: string, interfaceName: string, virtual: boolean): string {
  const hash = createHash('sha256').update(`${containerId}/${interfaceName}`).digest('hex').slice(0, 11);
  return `${virtual ? VIRTUAL_INTERFACES : POD_INTERFACES}${hash}`;
}
