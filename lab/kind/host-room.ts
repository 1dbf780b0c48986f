import type { LabCluster } from './clusters.ts';
import { LabError } from './commands.ts';
import { capacityText, type Shortage, shortages, shortageText } from './host-limits.ts';
import { lockHost, readRecord, writeRecord } from './host-record.ts';
import { readCapacity, readLimits } from './host-usage.ts';
import { setSetting, settingOf } from './kernel-settings.ts';
import { type LabState, labsOnHost, readState } from './state.ts';

/** What is asked of the kernel and set in it. */
export interface Kernel {
  limits: typeof readLimits;
  capacity: typeof readCapacity;
  setting: typeof settingOf;
  set: typeof setSetting;
}

const KERNEL: Kernel = { limits: readLimits, capacity: readCapacity, setting: settingOf, set: setSetting };

/**
 * Sees to it that the nodes which are still to come have room on this host: limits that are too low are raised, which `lab down`
 * takes back after the host's last lab. Throws LabError, at once and with all that is missing, where the host has too little.
 */
export async function makeRoom(
  cacheDir: string,
  clusters: readonly LabCluster[],
  state: LabState,
  log: (line: string) => void,
  kernel: Kernel = KERNEL,
): Promise<void> {
  await using _lock = await lockHost(cacheDir);
  const coming = clusters.filter(({ name }) => !state.clusters.some((known) => known.name === name && known.created));
  const workers = coming.reduce((sum, cluster) => sum + cluster.workers, 0);
  const central = coming.some(({ role }) => role === 'central');
  const missing = capacityText(await kernel.capacity(), { controlPlanes: coming.length, central, workers });
  if (missing !== undefined) throw new LabError(missing);
  const nodes = coming.length + workers;
  const lacking = shortages(await kernel.limits(), nodes === 0 ? 0 : nodes + (await comingElsewhere(cacheDir, state)));
  const refused = await raise(cacheDir, lacking, log, kernel);
  if (refused.lacking.length > 0) throw new LabError(shortageText(refused.lacking, nodes, refused.because));
}

/** Nodes that other labs of this host have begun to make: what they will take is not in use yet. */
async function comingElsewhere(cacheDir: string, state: LabState): Promise<number> {
  const others = (await labsOnHost(cacheDir)).filter((fleet) => fleet !== state.fleet);
  const states = await Promise.all(others.map((fleet) => readState(cacheDir, fleet)));
  return states
    .flatMap((other) => other?.clusters ?? [])
    .filter(({ created }) => !created)
    .reduce((sum, { nodes }) => sum + (nodes ?? 1), 0);
}

/** Raises limits and notes each before, so that a run that is killed leaves none behind; what could not be raised comes back. */
async function raise(
  cacheDir: string,
  lacking: readonly Shortage[],
  log: (line: string) => void,
  kernel: Kernel,
): Promise<{ lacking: Shortage[]; because: string }> {
  const refused: Shortage[] = [];
  let because = 'the kernel keeps another value';
  for (const shortage of lacking) {
    const name = shortage.sysctl.replaceAll('.', '/');
    await note(cacheDir, name, shortage);
    try {
      await kernel.set(name, String(shortage.target));
      log(`raised ${shortage.sysctl} from ${shortage.value} to ${shortage.target} until the last lab is down`);
    } catch (error) {
      because = (error as Error).message.split('\n').at(-1) ?? '';
    }
    // A kernel may take less than it was asked for.
    if (Number(await kernel.setting(name)) < shortage.needed) refused.push(shortage);
  }
  return { lacking: refused, because };
}

async function note(cacheDir: string, name: string, { value, target }: Shortage): Promise<void> {
  const record = await readRecord(cacheDir);
  if (record === undefined) throw new Error('the host was not noted before its limits are raised');
  const before = record.raised?.[name]?.before ?? String(value);
  await writeRecord(cacheDir, { ...record, raised: { ...record.raised, [name]: { before, to: String(target) } } });
}
