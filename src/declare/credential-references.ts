import type { CredentialRef, Fleet } from '../model/fleet.ts';

/** Every environment variable that a fleet names as a credential. */
export function environmentNames(fleet: Fleet): string[] {
  return [...new Set(references(fleet).flatMap((reference) => ('env' in reference ? [reference.env] : [])))];
}

/** Every file that a fleet names as a credential, relative to the declaration; absolute ones as they are. */
export function credentialFiles(fleet: Fleet): string[] {
  return [...new Set(references(fleet).flatMap((reference) => ('file' in reference ? [reference.file] : [])))];
}

function references(fleet: Fleet): CredentialRef[] {
  const clusters = [fleet.central, ...fleet.distributed];
  const all: (CredentialRef | undefined)[] = [
    fleet.release.pullSecret,
    ...clusters.flatMap(({ kubeconfig, handover }) => [kubeconfig, handover]),
    ...fleet.distributed.map(({ pullSecret }) => pullSecret),
  ];
  return all.filter((reference) => reference !== undefined);
}
