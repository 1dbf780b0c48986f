import type { Fleet } from '../../src/model/fleet.ts';
import { cacheFolder } from '../binaries/cache.ts';
import { KubeClient } from '../cn2/control/client.ts';
import { connectionOf } from '../cn2/control/connection.ts';
import { servedKinds } from '../cn2/control/served-versions.ts';
import { labClusters, networkName } from '../kind/clusters.ts';
import { LabError } from '../kind/commands.ts';
import { readKubeconfig } from '../kind/kubeconfig.ts';
import { nodesOf } from '../kind/nodes.ts';
import { type NodeProvider, nodeProvider, onNode } from '../kind/provider.ts';
import { labFolder, lockLab, readState } from '../kind/state.ts';
import { begin, end } from './carry-out.ts';
import type { Fault } from './fault.ts';
import type { Hands } from './hands.ts';
import { faultsDocument, faultsText, type NodeCount, placesText } from './list.ts';
import { type FaultInForce, readFaults } from './record.ts';
import { placesIn, type Scene } from './scene.ts';
import { FAULTS } from './table.ts';
import { readCounters } from './tally.ts';
import { saysText } from './words.ts';

export interface FaultOptions {
  fleet: Fleet;
  /** What follows `lab fault`: nothing, the name of a fault, or undo and names of faults. */
  words: readonly string[];
  undo: boolean;
  /** Absent: the first distributed one. */
  cluster?: string;
  percent: number;
  bytes: number;
  json: boolean;
  cacheDir?: string;
  signal: AbortSignal;
  log: (line: string) => void;
  out: (text: string) => void;
}

const UNDO = 'undo';

/** Lists faults, makes one in a lab, or takes them back. Throws LabError where there is no lab, and for what cannot be. */
export async function labFault(options: FaultOptions): Promise<void> {
  const [first, ...more] = options.words;
  if (first === undefined) return await list(options);
  if (first === UNDO) return await undo(options, more);
  const fault = faultNamed(first);
  if (more.length > 0) throw new LabError(`one fault at a time, not ${[first, ...more].join(' ')}`);
  return options.undo ? await undo(options, [first]) : await inject(options, fault);
}

async function inject(options: FaultOptions, fault: Fault): Promise<void> {
  const { fleet, log, percent, bytes } = options;
  judgeAmounts(options);
  await using lab = await openFaults(options);
  const places = placesIn(fleet, options.cluster);
  if (lab.faults.some(({ name }) => name === fault.name))
    throw new LabError(`${fault.name} is there already; to undo it: cn2-fleet lab fault undo ${fault.name}`);
  const central = await lab.client(places.central);
  const scene: Scene = {
    fleet,
    ...places,
    nodes: (cluster) => lab.nodes.get(cluster) ?? [],
    percent,
    bytes,
    kinds: () => servedKinds(central, options.signal, { core: true }),
    list: async (kind, namespace) => (await central.list(kind, namespace)).items,
  };
  const acts = await fault.acts(scene);
  await begin(lab.folder, { name: fault.name, cluster: places.cluster, at: new Date().toISOString(), acts }, lab);
  log(`${fault.name}: ${fault.does}`);
  log(placesText(places));
  log(`the smoke test says: ${saysText(fault.says)}`);
  log(`to undo it: cn2-fleet lab fault undo ${fault.name}`);
}

async function undo(options: FaultOptions, names: readonly string[]): Promise<void> {
  for (const name of names) faultNamed(name);
  await using lab = await openFaults(options);
  const wanted = lab.faults.map(({ name }) => name).filter((name) => names.length === 0 || names.includes(name));
  if (wanted.length === 0) options.log('no fault is there');
  await end(lab.folder, wanted, lab);
  for (const name of wanted) options.log(`${name} is undone`);
}

async function list(options: FaultOptions): Promise<void> {
  const { fleet, json, out } = options;
  const cacheDir = options.cacheDir ?? cacheFolder();
  const state = await readState(cacheDir, fleet.metadata.name);
  const faults = state === undefined ? [] : await readFaults(labFolder(cacheDir, fleet.metadata.name));
  const counters = new Map<string, NodeCount[]>();
  if (state !== undefined) {
    const provider = await nodeProvider(state.provider, state.network, cacheDir);
    for (const fault of faults) counters.set(fault.name, await countersOf(fault, provider));
  }
  const document = faultsDocument(fleet.metadata.name, faults, counters);
  out(json ? `${JSON.stringify(document, undefined, 2)}\n` : faultsText(document));
}

async function countersOf({ acts }: FaultInForce, provider: NodeProvider): Promise<NodeCount[]> {
  const counted = acts.map(async (act): Promise<NodeCount[]> => {
    if (act.do !== 'rules') return [];
    const text = await onNode(provider, act.node, ['nft', '-j', 'list', 'table', 'inet', act.table]).catch(() => undefined);
    return text === undefined ? [] : [{ node: act.node, ...readCounters(text) }];
  });
  return (await Promise.all(counted)).flat();
}

interface OpenFaults extends Hands, AsyncDisposable {
  faults: readonly FaultInForce[];
  /** By cluster, the control plane first. */
  nodes: ReadonlyMap<string, readonly string[]>;
}

/** The lab of the fleet, whose faults nobody else changes at the same time. Only what the lab has made is in it. */
async function openFaults({ fleet, log, ...options }: FaultOptions): Promise<OpenFaults> {
  const cacheDir = options.cacheDir ?? cacheFolder();
  const name = fleet.metadata.name;
  const lock = await lockLab(cacheDir, name, log);
  const clients = new Map<string, KubeClient>();
  const close = async () => {
    for (const client of clients.values()) client[Symbol.dispose]();
    await lock[Symbol.asyncDispose]();
  };
  try {
    const state = await readState(cacheDir, name);
    if (!state?.clusters.every(({ created }) => created))
      throw new LabError(`the lab of ${name} is not up; run cn2-fleet lab up`);
    const folder = labFolder(cacheDir, name);
    const provider = await nodeProvider(state.provider, state.network, cacheDir);
    const clusters = labClusters(fleet);
    const nodes = new Map<string, string[]>();
    for (const cluster of clusters)
      nodes.set(
        cluster.name,
        (await nodesOf(provider, cluster.kindName, networkName(fleet))).map((node) => node.name),
      );
    const client = async (wanted: string) => {
      const cluster = clusters.find((each) => each.name === wanted)!;
      const known = clients.get(wanted) ?? new KubeClient(connectionOf(await readKubeconfig(folder, cluster)));
      clients.set(wanted, known);
      return known;
    };
    return { folder, provider, nodes, client, faults: await readFaults(folder), [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

function faultNamed(name: string): Fault {
  const fault = FAULTS.find((each) => each.name === name);
  if (fault === undefined) throw new LabError(`there is no fault ${name}; cn2-fleet lab fault lists them`);
  return fault;
}

/** Below 68 bytes nothing of IPv4 need pass (RFC 791), and no ping would. */
const LEAST_BYTES = 68;

function judgeAmounts({ percent, bytes }: FaultOptions): void {
  if (!Number.isInteger(percent) || percent > 100)
    throw new LabError(`--percent is a whole number from 1 to 100, not ${percent}`);
  if (!Number.isInteger(bytes) || bytes < LEAST_BYTES)
    throw new LabError(`--bytes is a whole number from ${LEAST_BYTES}, not ${bytes}`);
}
