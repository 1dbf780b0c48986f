import type { CredentialRef } from '../model/fleet.ts';

export type CredentialValue = { status: 'ok'; value: string } | { status: 'missing'; reason: string };

/** Turns references into values. Values never leave memory. */
export interface Credentials {
  /** Environment variables hold the content plain or base64; files are relative to the declaration. */
  resolve(ref: CredentialRef): Promise<CredentialValue>;
}
