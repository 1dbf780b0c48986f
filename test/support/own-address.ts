import { type LocalAddress, localAddress } from '../../lab/apiserver/local-address.ts';

/** Addresses that are tried, one after another. */
const TRIED = 64;

/**
 * An address of this host that nobody else has, on the loopback interface until it is given back. The host itself says which are free:
 * the files of a test process, and what keeps servers for them, know nothing of each other. Needs root; for others it is 127.0.0.1,
 * which no declaration may name.
 */
export async function ownAddress(): Promise<LocalAddress> {
  if (process.getuid?.() !== 0) return { address: '127.0.0.1', [Symbol.asyncDispose]: async () => {} };
  const first = (process.pid * TRIED) & 0xffff;
  for (let number = first; number < first + TRIED; number++) {
    const [high, low] = [(number >> 8) & 255, number & 255];
    const given = low === 0 ? undefined : await localAddress(`10.213.${high}.${low}`);
    if (given !== undefined) return given;
  }
  throw new Error(`none of ${TRIED} addresses is free: ip address show dev lo`);
}
