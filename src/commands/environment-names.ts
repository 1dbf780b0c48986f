import type { CredentialRef, Fleet } from '../model/fleet.ts';

/** Every environment variable that a fleet names as a credential. */
export function environmentNames(fleet: Fleet): string[] {
  const clusters = [fleet.central, ...fleet.distributed];
  const references: (CredentialRef | undefined)[] = [
    fleet.release.pullSecret,
    ...clusters.flatMap(({ kubeconfig, handover }) => [kubeconfig, handover]),
    ...fleet.distributed.map(({ pullSecret }) => pullSecret),
  ];
  return [...new Set(references.flatMap((reference) => (reference !== undefined && 'env' in reference ? [reference.env] : [])))];
}
