import type { Fleet } from '../model/fleet.ts';

/** Clusters of a lab that is up: what its declaration refers to. */
export interface LabAccess {
  /** kubeconfig by cluster name. */
  kubeconfigs: Readonly<Record<string, string>>;
  /** docker config JSON for the registries of its images. */
  pullSecret: string;
}

/** What was asked for, or why the host could not do it: a sentence that says what to do. */
export type LabResult<Value> = { value: Value } | { failed: string };

/** The lab of one fleet on this host, held by this process alone. */
export interface HeldLab {
  /** Addresses for so many API servers that neither the fleet, this host nor another lab uses. */
  addresses(fleet: Fleet, count: number): Promise<string[]>;
  /**
   * Brings the clusters of a fleet up, with CN2 on the central one; where they are up already, upgrades that to another release.
   * @param release the vendor's files that the fleet names, path → text
   */
  up(fleet: Fleet, release: Readonly<Record<string, string>>): Promise<LabResult<LabAccess>>;
  /** Takes it down, in any state, and lets go of it. */
  down(): Promise<LabResult<'gone'>>;
}

/** Labs of real clusters on this host. */
export interface Lab {
  /** Of clusters in their order, the central one first: how many the host has room for. */
  room(clusters: readonly { workers: number }[]): Promise<number>;
  /** Waits until no other process has the lab of this name, and removes what a process left that was killed. */
  hold(fleet: string): Promise<LabResult<HeldLab>>;
}
