import fc from 'fast-check';
import { UserError } from '../../src/commands/context.ts';
import { ClusterError } from '../../src/ports/cluster.ts';
import { ForgeError } from '../../src/ports/forge.ts';
import { RepositoryError } from '../../src/ports/repository.ts';
import type { MergeMethod } from './memory-hub.ts';
import { changed } from './memory-trees.ts';
import { type Declared, declaredFiles } from './trust-fleet.ts';
import { FORGERIES, type ForgeryKind, forge } from './trust-forgeries.ts';
import { type ApplyRequest, Killed, type TrustWorld } from './trust-world.ts';

/** The tool's branch. */
export const BRANCH = 'cn2-fleet/guide';

/** Something that happens at once, also in the middle of an apply. `back`: 0 is the newest one there is. */
export type Instant =
  | { do: 'declare'; declared: Declared }
  | { do: 'forge'; kind: ForgeryKind; branch: 'main' | 'proposal'; trailers: boolean }
  | { do: 'merge'; method: MergeMethod }
  | { do: 'merge-any'; back: number; method: MergeMethod }
  | { do: 'revert'; back: number }
  | { do: 'put-back'; back: number; all: boolean }
  | { do: 'update-branch' }
  | { do: 'delete-branch' }
  | { do: 'foreign'; work: keyof typeof FOREIGN };

export type Step =
  | Instant
  | { do: 'propose'; back: number; killedAfter?: number | undefined }
  | {
      do: 'apply';
      back: number;
      job: boolean;
      only: boolean;
      killedAfter?: number | undefined;
      meanwhile?: { at: number; step: Instant | { do: 'apply'; back: number; job: boolean } } | undefined;
    }
  | { do: 'again'; back: number };

/** What people and other tools do on the clusters. */
const FOREIGN = {
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
  router: (world: TrustWorld) => world.cn2.central.remove('VirtualNetworkRouter', 'ns1', 'vnr1'),
  network: (world: TrustWorld) => world.cn2.central.remove('VirtualNetwork', 'ns1', 'vn1'),
  extra: (world: TrustWorld) => world.cn2.central.remove('VirtualNetwork', 'ns1', 'vn3'),
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

const often = <Value>(value: Value, other: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: other });
const back = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat({ max: 12 }) });
const method = fc.constantFrom<MergeMethod>('merge', 'squash', 'rebase');
const declared = fc.record({
  label: fc.nat({ max: 2 }),
  connection: fc.boolean(),
  extra: fc.boolean(),
  vendor: often(0, fc.constant(1)),
  broken: fc.oneof({ weight: 15, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

const DECLARE = fc.record({ do: fc.constant('declare' as const), declared });
const MERGE = fc.record({ do: fc.constant('merge' as const), method });
const instant: fc.Arbitrary<Instant> = fc.oneof(
  { weight: 3, arbitrary: DECLARE },
  { weight: 3, arbitrary: MERGE },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('forge' as const),
      kind: fc.constantFrom(...FORGERIES),
      branch: fc.constantFrom('main' as const, 'proposal' as const),
      trailers: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('merge-any' as const), back: fc.nat({ max: 12 }), method }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('revert' as const), back }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('put-back' as const), back: fc.nat({ max: 8 }), all: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ do: 'update-branch' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'delete-branch' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('foreign' as const),
      work: fc.constantFrom(...(Object.keys(FOREIGN) as (keyof typeof FOREIGN)[])),
    }),
  },
);

const meanwhile = fc.record({
  at: fc.nat({ max: 70 }),
  step: fc.oneof(
    { weight: 3, arbitrary: instant },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('apply' as const), back, job: fc.boolean() }) },
  ),
});
const apply = fc.record({
  do: fc.constant('apply' as const),
  back,
  job: fc.oneof({ weight: 2, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  only: often(false, fc.constant(true)),
  killedAfter: often<number | undefined>(undefined, fc.nat({ max: 8 })),
  meanwhile: fc.option(meanwhile, { nil: undefined, freq: 3 }),
});
const propose = fc.record({
  do: fc.constant('propose' as const),
  back: often(0, fc.nat({ max: 8 })),
  killedAfter: often<number | undefined>(undefined, fc.nat({ max: 8 })),
});

/** One thing after another, as it may happen to a repository and its fleet. */
export const history: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: instant },
    { weight: 3, arbitrary: propose },
    { weight: 3, arbitrary: apply },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('again' as const), back }) },
    { weight: 1, arbitrary: MERGE },
  ),
  { minLength: 5, maxLength: 14, size: 'max' },
);

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
  { back, killedAfter = Number.POSITIVE_INFINITY }: Extract<Step, { do: 'propose' }>,
): Promise<void> {
  let requests = 0;
  world.hub.onRequest = () => {
    requests += 1;
    if (requests > killedAfter) throw new Killed('killed');
  };
  try {
    await world.propose(nth(world.hub.mainHistory, back));
  } catch (error) {
    expectable(error);
  } finally {
    world.hub.onRequest = () => undefined;
  }
}

async function applies(
  world: TrustWorld,
  { back, job, only, killedAfter, meanwhile }: Extract<Step, { do: 'apply' }>,
): Promise<void> {
  const request: ApplyRequest = { sha: nth([...world.hub.commits.keys()], back) ?? '', job };
  if (only) request.only = ['cluster1'];
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
  if (step.do === 'declare') hub.push('main', declaredFiles(step.declared), 'declare');
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
