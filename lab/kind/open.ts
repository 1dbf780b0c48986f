import { join } from 'node:path';
import type { Fleet } from '../../src/model/fleet.ts';
import { present } from '../../src/model/present.ts';
import { ensureFolder } from '../binaries/cache.ts';
import { lockFile } from '../binaries/lock.ts';
import { type LabCluster, labClusters, networkName } from './clusters.ts';
import { LabError } from './commands.ts';
import { labDigest } from './create.ts';
import { foreignRoute, ownInterface } from './network.ts';
import { ensurePackages } from './packages.ts';
import { chooseProvider, type NodeProvider, nodeProvider } from './provider.ts';
import { type LabState, labFolder, labsOnHost, readState, writeState } from './state.ts';

/** A lab whose state is written and whose host has what it needs. */
export interface OpenLab {
  clusters: LabCluster[];
  provider: NodeProvider;
  folder: string;
  state: LabState;
  /** No run before has left anything. */
  fresh: boolean;
}

/**
 * Takes up the lab of a fleet where a run before left it, or begins a new one. Throws LabError where the host cannot run it,
 * where it was made from another declaration, and where its addresses are in use.
 */
export async function openLab(
  options: { fleet: Fleet; audit: boolean; rehearsal?: true; provider?: string; log: (line: string) => void },
  cacheDir: string,
): Promise<OpenLab> {
  const { fleet, log } = options;
  const fleetName = fleet.metadata.name;
  const clusters = labClusters(fleet);
  const network = networkName(fleet);
  const before = await readState(cacheDir, fleetName);
  const name = before?.provider ?? (await chooseProvider(options.provider));
  if (options.provider !== undefined && options.provider !== name)
    throw new LabError(`the lab of ${fleetName} runs with ${name}; run lab down first`);
  await ensurePackages(name, log);
  const provider = await nodeProvider(name, network, cacheDir);
  const folder = labFolder(cacheDir, fleetName);
  const audit = options.audit || before?.audit === true;
  const digest = labDigest(clusters, { provider, folder, audit });
  if (before !== undefined && before.digest !== digest)
    throw new LabError(`the lab of ${fleetName} was made from another declaration or with other options; run lab down first`);
  const state: LabState = before ?? {
    schemaVersion: 1,
    fleet: fleetName,
    provider: name,
    audit,
    ...present({ rehearsal: options.rehearsal }),
    digest,
    network,
    clusters: clusters.map(({ name: cluster, kindName, workers }) => ({
      name: cluster,
      kindName,
      created: false,
      nodes: workers + 1,
    })),
    routes: [],
    ready: false,
  };
  await claimAddresses(clusters, state, cacheDir);
  return { clusters, provider, folder, state, fresh: before === undefined };
}

/**
 * The lab takes over the declared addresses on this host, and says so in its state before it makes anything. An address that
 * another lab has claimed, or that the host routes already (to the real cluster), is refused: `lab down` must never remove a
 * route that the lab did not make.
 */
async function claimAddresses(clusters: readonly LabCluster[], state: LabState, cacheDir: string): Promise<void> {
  await using _lock = await lockFile(join(await ensureFolder(cacheDir, 'locks'), 'host'));
  const others = (await labsOnHost(cacheDir)).filter((fleet) => fleet !== state.fleet);
  const states = await Promise.all(others.map((fleet) => readState(cacheDir, fleet)));
  for (const { name, server } of clusters) {
    const claimed = states.find((other) => other?.routes.includes(server.address));
    if (claimed)
      throw new LabError(
        `the lab of ${claimed.fleet} has the address ${server.address} (server of ${name}); run lab down for it first`,
      );
    const own = await ownInterface(server.address);
    if (own !== undefined)
      throw new LabError(
        `this host itself has the address ${server.address} (server of ${name}, on ${own}); declare another one`,
      );
    const via = state.routes.includes(server.address) ? undefined : await foreignRoute(server.address);
    if (via !== undefined)
      throw new LabError(`this host already routes ${server.address} (server of ${name}) to ${via}; remove the route first`);
  }
  state.routes = clusters.map(({ server }) => server.address);
  await writeState(cacheDir, state);
}
