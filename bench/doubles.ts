import { type DoubleFleet, type DoubleOptions, startDoubleFleet } from './double-fleet.ts';
import { type FleetSize, fleetClusters, generatedFleet } from './generated-fleet.ts';
import { type Measured, measure, type ProcessRun, runProcess, tool } from './process-run.ts';
import { MEASURED_COLUMNS, measuredCells, type Table, verbs } from './table.ts';
import { type UserFolder, userFolder } from './user-folder.ts';

/** Ten clusters of a thousand objects: the central one's are networks. */
const TEN: FleetSize = { distributed: 9, networks: 480, namespaces: 961, connections: 20 };
/** Fifty of two hundred. */
const FIFTY: FleetSize = { distributed: 49, networks: 50, namespaces: 161, connections: 10 };
const DEAD = 'cluster17';
const SLOW = 'cluster33';

/** Many clusters, more than real API servers would fit on this host. `say` hears what is done. */
export async function doublesTable(say: (line: string) => void): Promise<Table> {
  say('plan of ten clusters of a thousand objects, 20 ms away');
  const ten = await withFleet(TEN, { roundTrip: 20 }, [0], async (world, folder) => [
    'plan, 10 clusters, 20 ms away',
    ...(await cells(world, 5, () => run(folder, world, ['plan'], [0]))),
  ]);
  say('drift of fifty clusters, one of them dead and one slow');
  const slow = { cluster: SLOW, milliseconds: 5000 };
  const fifty = await withFleet(FIFTY, { roundTrip: 0, dead: DEAD, slow }, [8], async (world, folder) => {
    let named: string[] = [];
    const measured = await cells(world, 3, async () => {
      const ended = await run(folder, world, ['drift'], [8]);
      named = [DEAD, SLOW].filter((name) => `${ended.stdout}${ended.stderr}`.includes(`${name}: `));
      return ended;
    });
    return [`drift, 50 clusters, one dead, one slow (unknown: ${named.join(', ')})`, ...measured];
  });
  return {
    title: 'Many clusters',
    text: [
      'The clusters are API doubles in the process of the bench: clusters in memory behind HTTPS that hold what an apply has left; nothing differs. The dead one takes connections and never says a word, the slow one takes five seconds for each answer; which of them the report of the last run calls unknown (exit 8) is said. On a host where all clusters take long, the slow one is waited for.',
    ],
    columns: ['what', 'objects', 'requests', 'by verb', ...MEASURED_COLUMNS],
    rows: [ten, fifty],
  };
}

/** The fleet and a user's folder in which all of it is rendered, planned and committed. */
async function withFleet(
  size: FleetSize,
  options: DoubleOptions,
  exits: readonly number[],
  work: (world: DoubleFleet, folder: UserFolder) => Promise<string[]>,
): Promise<string[]> {
  await using world = await startDoubleFleet(generatedFleet(size), fleetClusters(size), options);
  using folder = userFolder(world.declaration);
  await run(folder, world, ['render'], [0]);
  await run(folder, world, ['plan', '--out', 'rendered/plan.json'], exits);
  return await work(world, folder);
}

async function cells(world: DoubleFleet, runs: number, work: () => Promise<ProcessRun>): Promise<string[]> {
  let asked: Record<string, number> = {};
  const measured: Measured = await measure(runs, async () => {
    world.requests();
    const ended = await work();
    asked = world.requests();
    return [ended];
  });
  const total = Object.values(asked).reduce((sum, count) => sum + count, 0);
  return [String(world.objects), String(total), verbs(asked), ...measuredCells(measured)];
}

function run(folder: UserFolder, world: DoubleFleet, args: string[], exits: readonly number[]): Promise<ProcessRun> {
  return runProcess(tool(folder.path, args, exits, world.environment));
}
