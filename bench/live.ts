import { join } from 'node:path';
import type { ApiServer } from '../lab/apiserver/apiserver.ts';
import { type PlainGuide, startPlainGuide } from '../test/support/plain-guide.ts';
import { measureActionStep } from './action-step.ts';
import { markLogs, type Requests, requestsSince } from './audit-log.ts';
import { delayed } from './delay-proxy.ts';
import { withMoreNetworks } from './generated-fleet.ts';
import { type KubectlInput, prepareKubectl } from './kubectl.ts';
import { peersApply } from './peer-apply.ts';
import { type ProcessRun, runProcess, tool } from './process-run.ts';
import { measureKubectl, measureSide, SIDE_COLUMNS, type Side, sideRows } from './side-by-side.ts';
import { runCells, type Table, time, verbs } from './table.ts';
import { guideDeclaration, type UserFolder, userFolder } from './user-folder.ts';

/** How many networks the large comparison adds: two objects each. */
const NETWORKS = 500;
/** Round trip to clusters that are not on this host, milliseconds. */
const FAR = 20;

export interface LiveResults {
  tables: Table[];
  /** The plans of the guide: their time until the first request. */
  plan: Side;
  /** The same through the Action. */
  step: Side;
  kubectlVersion: string;
}

/** What talks to clusters: two API servers without nodes, CN2 emulated beside them. `say` hears what is done. */
export async function liveResults(say: (line: string) => void): Promise<LiveResults> {
  await using world = await startPlainGuide();
  const declaration = world.declare(guideDeclaration());
  using folder = userFolder(declaration);
  using kubectlFolder = userFolder('');
  const applied = async () => await counted(world, () => run(folder, world, ['apply'], 0));

  say('attaching the guide’s cluster');
  await propose(folder, world);
  const [first, second] = [await applied(), await applied()];
  const rendered = (name: string) => join(folder.path, 'rendered', name);
  const guide = await sideBySide(world, folder, join(kubectlFolder.path, 'guide'), say, {
    title: 'the guide',
    inputs: [
      { server: world.central, rendered: rendered('cluster1') },
      { server: world.distributed, rendered: rendered('cluster2') },
    ],
    runs: { tool: 10, kubectl: 10, far: 5 },
  });

  say('the step of the Action');
  const step = await measureActionStep(world, folder, 15);

  say(`applying ${2 * NETWORKS} further objects`);
  folder.declare(withMoreNetworks(declaration, 'cluster1', NETWORKS));
  await propose(folder, world);
  const many = await applied();
  const large = await sideBySide(world, folder, join(kubectlFolder.path, 'many'), say, {
    title: `${2 * NETWORKS} further objects`,
    inputs: [{ server: world.central, rendered: rendered('cluster1/80-networks') }],
    runs: { tool: 10, kubectl: 3, far: 2 },
  });
  // At the end: what the peers apply is on the same server, and CN2 has as much work with it again.
  say('applying as many with the peers');
  const peers = await peersApply(world.central, rendered('cluster1/80-networks'), join(kubectlFolder.path, 'apply'));

  return {
    plan: guide.plan,
    step,
    kubectlVersion: guide.kubectlVersion,
    tables: [
      {
        title: 'Plan of an unchanged fleet: the guide',
        text: [
          `Two clusters. kubectl compares the ${guide.objects} rendered objects other than Secrets, both clusters at the same time; cn2-fleet also reads the Secrets, checks the live rules and the health of CN2, and looks for objects that are no longer declared. Nothing differs on either side (exit 0).`,
        ],
        columns: SIDE_COLUMNS,
        rows: guide.rows,
      },
      {
        title: `Plan of an unchanged fleet: ${2 * NETWORKS} further objects`,
        text: [
          `The same fleet with ${NETWORKS} more networks (a Subnet and a VirtualNetwork each) on the central cluster. kubectl compares only the ${large.objects} objects of the central cluster's stage 80-networks; cn2-fleet plans the whole fleet.`,
        ],
        columns: SIDE_COLUMNS,
        rows: large.rows,
      },
      {
        title: 'Apply',
        text: [
          'One run each, on the same two clusters; requests include the lock, and the lists and watches of the gates. kubectl (server side, one document, no validation by the client, discovery cached) applies as many objects of the same kinds, and waits for nothing. `writing`: the time in which the server was at work on at least one write; the rest of an apply waits until CN2, here its emulator on the same cores, has made each object a success, and the rest of kubectl is between its requests. `relative`: what a peer takes in all, against the writing of the tool.',
        ],
        columns: ['what', 'requests', 'by verb', 'writes', 'wall', 'CPU', 'max RSS', 'writing', 'relative'],
        rows: [
          ['first apply: attach a cluster, networks, routers', ...appliedCells(first), ''],
          ['second apply: nothing to do', ...appliedCells(second), ''],
          [`apply of ${2 * NETWORKS} further objects`, ...appliedCells(many), '1.00×'],
          ...peers.map((peer) => [peer.name, ...appliedCells(peer), `${(peer.run.wall / many.requests.writing).toFixed(2)}×`]),
        ],
      },
    ],
  };
}

interface Comparison {
  title: string;
  inputs: readonly KubectlInput[];
  runs: { tool: number; kubectl: number; far: number };
}

/** The tool and kubectl on the same unchanged objects, near and at a distance. */
async function sideBySide(
  world: PlainGuide,
  folder: UserFolder,
  kubectlPath: string,
  say: (line: string) => void,
  { title, inputs, runs }: Comparison,
) {
  const servers = [world.central, world.distributed];
  const kubectl = await prepareKubectl(join(kubectlPath, 'near'), inputs);
  const plan = (environment: Record<string, string>) => async () => [await run(folder, { environment }, ['plan'], 0)];

  say(`plan of an unchanged fleet, side by side with kubectl diff: ${title}`);
  const near = await measureSide('cn2-fleet plan', servers, 'cn2-fleet', runs.tool, plan(world.environment));
  const peers = [
    await measureKubectl(kubectl, 'files', servers, runs.kubectl),
    await measureKubectl(kubectl, 'document', servers, runs.kubectl),
  ];

  say(`the same, ${FAR} ms away`);
  await using central = await delayed(world.central, FAR);
  await using distributed = await delayed(world.distributed, FAR);
  const environment = {
    ...world.environment,
    KUBECONFIG_CLUSTER1: central.server.kubeconfig,
    KUBECONFIG_CLUSTER2: distributed.server.kubeconfig,
  };
  const farKubectl = await prepareKubectl(
    join(kubectlPath, 'far'),
    inputs.map((input) => ({ ...input, server: input.server === world.central ? central.server : distributed.server })),
  );
  const far = await measureSide('cn2-fleet plan', servers, 'cn2-fleet', runs.far, plan(environment));
  const farPeer = await measureKubectl(farKubectl, 'files', servers, runs.far);
  return {
    plan: near,
    objects: kubectl.objects,
    kubectlVersion: kubectl.version,
    rows: [...sideRows([near, ...peers]), ...sideRows([far, farPeer], `, ${FAR} ms away`)],
  };
}

/** One run of the bundle in the user's folder. */
function run(
  folder: UserFolder,
  world: { environment: Record<string, string> },
  args: string[],
  exit: number,
): Promise<ProcessRun> {
  return runProcess(tool(folder.path, args, [exit], world.environment));
}

async function propose(folder: UserFolder, world: PlainGuide): Promise<void> {
  await run(folder, world, ['render'], 0);
  await run(folder, world, ['plan', '--out', 'rendered/plan.json'], 2);
}

interface Counted {
  run: ProcessRun;
  requests: Requests;
}

async function counted(world: PlainGuide, work: () => Promise<ProcessRun>): Promise<Counted> {
  const servers: ApiServer[] = [world.central, world.distributed];
  const marks = markLogs(servers);
  const ended = await work();
  return { run: ended, requests: requestsSince(servers, marks, 'cn2-fleet') };
}

function appliedCells({ run: ended, requests }: Counted): string[] {
  return [String(requests.total), verbs(requests.byVerb), String(requests.writes), ...runCells(ended), time(requests.writing)];
}
