import { type LocalAddress, localAddress } from '../../lab/apiserver/local-address.ts';

/** Addresses that a test process may have. */
const MOST = 8;
const inUse = new Set<number>();

/**
 * An address of this host that no other test process has, on the loopback interface until it is given back. Needs root; for others it is
 * 127.0.0.1, which no declaration may name.
 */
export async function ownAddress(): Promise<LocalAddress> {
  if (process.getuid?.() !== 0) return { address: '127.0.0.1', [Symbol.asyncDispose]: async () => {} };
  const number = Array.from({ length: MOST }, (_, at) => at).find((at) => !inUse.has(at));
  if (number === undefined) throw new Error(`a test process has at most ${MOST} addresses`);
  inUse.add(number);
  const given = await localAddress(`10.213.${(process.pid >> 5) & 255}.${((process.pid & 31) << 3) + number}`);
  return {
    address: given.address,
    async [Symbol.asyncDispose]() {
      await given[Symbol.asyncDispose]();
      inUse.delete(number);
    },
  };
}
