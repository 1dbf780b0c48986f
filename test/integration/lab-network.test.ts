import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { cacheFolder } from '../../lab/binaries/cache.ts';
import { ensureNetwork, removeNetwork } from '../../lab/kind/network.ts';
import { engine, nodeProvider } from '../../lab/kind/provider.ts';
import { guide } from '../unit/lab-kind/fleet.ts';

const missing =
  process.platform !== 'linux' || process.getuid?.() !== 0
    ? 'it needs root'
    : existsSync('/usr/bin/podman')
      ? undefined
      : 'it needs podman';

async function subnetsOf(network: string): Promise<string[]> {
  const text = await engine(await nodeProvider('podman', network, cacheFolder()), ['network', 'inspect', network]);
  return (JSON.parse(text) as { subnets: { subnet: string }[] }[]).flatMap(({ subnets }) => subnets.map(({ subnet }) => subnet));
}

(missing === undefined ? describe : describe.skip)(
  `the network of a lab${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    test('keeps off the networks of other labs, also of one whose nodes died with the host: no route shows it then', async () => {
      const names = ['cn2-fleet-network-test-a', 'cn2-fleet-network-test-b'];
      const fleet = guide();
      try {
        for (const name of names) await ensureNetwork(await nodeProvider('podman', name, cacheFolder()), name, fleet);
        const [one, two] = await Promise.all(names.map(subnetsOf));
        expect(one).toHaveLength(2);
        expect(two?.filter((subnet) => one?.includes(subnet))).toEqual([]);
      } finally {
        for (const name of names) await removeNetwork(await nodeProvider('podman', name, cacheFolder()), name);
      }
    }, 60_000);
  },
);
