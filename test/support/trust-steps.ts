import { UserError } from '../../src/model/user-error.ts';
import { ClusterError } from '../../src/ports/cluster.ts';
import { ForgeError } from '../../src/ports/forge.ts';
import { RepositoryError } from '../../src/ports/repository.ts';
import { changed } from './memory-trees.ts';
import type { ForeignWork, Instant, Step } from './trust-draws.ts';
import { toggled } from './trust-fleet.ts';
import { forge } from './trust-forgeries.ts';
import { type ApplyRequest, Killed, type TrustWorld } from './trust-world.ts';

/** The tool's branch. */
export const BRANCH = 'cn2-fleet/guide';

const FOREIGN: Record<ForeignWork, (world: TrustWorld) => void> = {
  label: (world: TrustWorld) =>
    edit(world, 'VirtualNetwork', 'vn1', (object) => ({
      ...object,
      metadata: { ...object.metadata, labels: { ...object.metadata.labels, round: 'theirs' } },
    })),
  gateway: (world: TrustWorld) =>
    edit(world, 'Subnet', 'subnet1', (object) => ({
      ...object,
      spec: { ...(object['spec'] as object), defaultGateway: '10.0.0.9' },
    })),
  'no-router': (world: TrustWorld) => world.cn2.central.remove('VirtualNetworkRouter', 'ns1', 'vnr1'),
  'no-network': (world: TrustWorld) => world.cn2.central.remove('VirtualNetwork', 'ns1', 'vn1'),
  'no-extra': (world: TrustWorld) => world.cn2.central.remove('VirtualNetwork', 'ns1', 'vn3'),
};

function edit(
  { cn2 }: TrustWorld,
  kind: string,
  name: string,
  by: (object: NonNullable<ReturnType<typeof cn2.central.peek>>) => object,
): void {
  const live = cn2.central.peek(kind, 'ns1', name);
  if (live !== undefined) cn2.central.put(by(live) as typeof live, 'somebody');
}

/** Lets it happen. Throws what no user may ever see. */
export async function happen(world: TrustWorld, step: Step): Promise<void> {
  if (step.do === 'propose') return await proposes(world, step);
  if (step.do === 'apply') return await applies(world, step);
  if (step.do !== 'again') return instantly(world, step);
  const sha = nth(world.jobs, step.back);
  if (sha !== undefined) await ended(world.apply({ sha, job: true }));
}

async function proposes(
  world: TrustWorld,
  { back, version, killedAfter = Number.POSITIVE_INFINITY }: Extract<Step, { do: 'propose' }>,
): Promise<void> {
  let requests = 0;
  world.hub.onRequest = () => {
    requests += 1;
    if (requests > killedAfter) throw new Killed('killed');
  };
  try {
    await world.propose(nth(world.hub.mainHistory, back), version);
  } catch (error) {
    expectable(error);
  } finally {
    world.hub.onRequest = () => undefined;
  }
}

async function applies(
  world: TrustWorld,
  { back, job, only, killedAfter, version, meanwhile }: Extract<Step, { do: 'apply' }>,
): Promise<void> {
  const request: ApplyRequest = { sha: nth(applicable(world), back) ?? world.hub.main.sha, job };
  if (only) request.only = ['cluster1'];
  if (version !== undefined) request.version = version;
  if (killedAfter !== undefined) request.killedAfter = killedAfter;
  if (meanwhile !== undefined) {
    const { at, step } = meanwhile;
    request.meanwhile = {
      at,
      work: () => (step.do === 'apply' ? applies(world, { ...step, only: false }) : instantly(world, step)),
    };
  }
  await ended(world.apply(request));
}

/** Commits in which something was rendered, oldest first: of main, of proposals, of anybody. */
function applicable({ hub }: TrustWorld): string[] {
  return [...hub.commits.values()].filter(({ files }) => files['rendered/index.json'] !== undefined).map(({ sha }) => sha);
}

async function ended(running: ReturnType<TrustWorld['apply']>): Promise<void> {
  const ending = await running;
  if ('error' in ending) expectable(ending.error);
}

/** Whether it is told to the user as a sentence, or was a process that died. */
function expectable(error: unknown): void {
  const kinds = [UserError, ForgeError, RepositoryError, ClusterError, Killed];
  if (!kinds.some((kind) => error instanceof kind)) throw error;
}

function instantly(world: TrustWorld, step: Instant): void {
  const { hub } = world;
  if (step.do === 'declare') hub.push('main', toggled(hub.main.files, step.toggle), 'declare');
  else if (step.do === 'forge') forges(world, step);
  else if (step.do === 'merge') hub.mergePull(hub.openPull()?.number ?? 0, step.method);
  else if (step.do === 'merge-any') hub.merge(nth([...hub.commits.keys()], step.back) ?? '', step.method);
  else if (step.do === 'revert') hub.revert(nth(hub.mainHistory, step.back) ?? '');
  else if (step.do === 'put-back') putsBack(world, step);
  else if (step.do === 'update-branch') hub.updateBranch(BRANCH);
  else if (step.do === 'delete-branch') hub.deleteBranch(BRANCH);
  else FOREIGN[step.work](world);
}

/** With the trailers of our own newest commit there, where they are wanted. */
function forges({ hub }: TrustWorld, { kind, branch, trailers }: Extract<Instant, { do: 'forge' }>): void {
  const name = branch === 'main' ? 'main' : BRANCH;
  const head = hub.branches.get(name);
  if (head === undefined) return;
  const { files, message } = hub.at(head);
  hub.push(name, forge(files, kind), trailers ? message : 'Update', 'mallory');
}

/** A person brings files of an older head of main back, with the declaration or without. */
function putsBack({ hub }: TrustWorld, { back, all }: Extract<Instant, { do: 'put-back' }>): void {
  const old = hub.at(nth(hub.mainHistory, back) ?? '').files;
  const wanted = (path: string) => all || path.startsWith('rendered/');
  const gone = Object.keys(hub.main.files).filter(wanted);
  const there = Object.entries(old).filter(([path]) => wanted(path));
  const change = { ...Object.fromEntries(gone.map((path) => [path, undefined])), ...Object.fromEntries(there) };
  hub.push('main', changed({}, change) === hub.main.files ? {} : change, 'Bring back');
}

function nth<Item>(items: readonly Item[], back: number): Item | undefined {
  return items.length === 0 ? undefined : items[items.length - 1 - (back % items.length)];
}
