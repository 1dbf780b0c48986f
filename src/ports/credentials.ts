import type { CredentialRef } from '../model/fleet.ts';

/**
 * `folder`: where the file of the value is (absolute); paths in it are relative to that. `tracked`: in a job, the value is in a file that
 * anyone who may push a branch can change.
 */
export type CredentialValue =
  | { status: 'ok'; value: string; folder?: string; tracked?: true }
  | { status: 'missing'; reason: string };

/** Turns references into values. Values never leave memory. */
export interface Credentials {
  /** Environment variables hold the content plain or base64; files are relative to the declaration. */
  resolve(ref: CredentialRef): Promise<CredentialValue>;
}
