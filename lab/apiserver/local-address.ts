import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** An address that only this host has, until it is given back. */
export interface LocalAddress extends AsyncDisposable {
  readonly address: string;
}

/**
 * Puts an address on the loopback interface; undefined where it is there already, and so somebody else's. A declared `server` may not be
 * a loopback address (E17), and one that is not here must never be dialled from a test. Needs root.
 */
export async function localAddress(address: string): Promise<LocalAddress | undefined> {
  try {
    await run('ip', ['address', 'add', `${address}/32`, 'dev', 'lo']);
  } catch (error) {
    if (/File exists|already assigned/.test(String(error))) return undefined;
    throw error;
  }
  return {
    address,
    async [Symbol.asyncDispose]() {
      await run('ip', ['address', 'delete', `${address}/32`, 'dev', 'lo']).catch(() => {}); // gone already
    },
  };
}
