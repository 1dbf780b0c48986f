/** What the Lease of a fleet says of its last apply (annotation cn2-fleet/applied, as JSON). */
export interface AppliedRecord {
  /** Place of the approved plan in the order of applies. */
  serial: number;
  /** Digest of the approved plan. */
  plan: string;
  /** Digest of the rendered index that it belongs to. */
  index: string;
  /** The commit that was applied; absent where the manifests were not in a git repository. */
  commit?: string;
  /** When it was written (RFC 3339). */
  at: string;
  /** The plan of the whole fleet was empty at the end, and gates and smoke test had passed. */
  finished: boolean;
}
