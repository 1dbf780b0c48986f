import fc from 'fast-check';
import { canonicalJson } from '../../src/declare/digest.ts';
import { UserError } from '../../src/model/user-error.ts';
import { leavesOf } from './memory-objects.ts';
import { below } from './memory-trees.ts';
import { history } from './trust-draws.ts';
import { declaredFiles, meaningOf, PLAIN, placeOf, toggled } from './trust-fleet.ts';
import { BRANCH, happen } from './trust-steps.ts';
import { TrustWorld } from './trust-world.ts';

/** A repository with a declaration, whose plan was merged and applied: where most histories begin. */
export async function attachedWorld(alone = false): Promise<TrustWorld> {
  const world = freshWorld(alone);
  await settle(world);
  return world;
}

/** A repository with a declaration of which nothing was rendered yet. `alone`: of the central cluster only. */
export function freshWorld(alone = false): TrustWorld {
  const world = new TrustWorld();
  world.hub.move('main', world.hub.commit({ parents: [], files: declaredFiles({ ...PLAIN, alone }), message: 'first' }).sha);
  return world;
}

/** Histories, each from a world of its own; throws with the smallest one at which a promise is broken, and the seed. */
export async function checkTrust(numRuns: number, seed: number): Promise<{ writes: number }> {
  const beginnings = { attached: await attachedWorld(), alone: await attachedWorld(true), fresh: freshWorld() };
  const total = { writes: 0 };
  const beginning = fc.oneof(
    { weight: 6, arbitrary: fc.constant('alone' as const) },
    { weight: 4, arbitrary: fc.constant('attached' as const) },
    { weight: 1, arbitrary: fc.constant('fresh' as const) },
  );
  const property = fc.asyncProperty(beginning, history, async (begin, steps) => {
    const world = new TrustWorld(beginnings[begin]);
    for (const step of steps) {
      await happen(world, step);
      world.oracle.mustBeWhole();
    }
    await settle(world);
    total.writes += world.oracle.writes;
  });
  await fc.assert(property, { numRuns, seed });
  return total;
}

/** Propose, merge, apply, as people do who read what the tool says; then every cluster is as declared. */
export async function settle(world: TrustWorld): Promise<void> {
  const { hub } = world;
  // Any toggle mends what cannot be read.
  if (meaningOf(hub.main.files) === undefined) hub.push('main', toggled(hub.main.files, 'label'), 'mend');
  removeStrays(world);
  const { operation, number, conditions, findings } = await proposed(world);
  if (conditions.some((condition) => condition !== 'changes'))
    throw new Error(`propose ends with ${conditions.join(', ')}: ${findings.join('; ')}`);
  const opened = ['created', 'updated', 'unchanged'].includes(operation);
  if (opened && !hub.mergePull(number ?? 0, 'merge')) throw new Error('the proposal cannot be merged');
  const ending = await world.apply({ sha: hub.main.sha, job: true });
  if ('error' in ending) throw ending.error;
  const { document, conditions: left } = ending.result;
  if (left.length > 0 || !['done', 'nothing'].includes(document.outcome))
    throw new Error(`after ${operation}, apply ends as ${document.outcome} (${left.join(', ')}): ${document.reason}`);
  world.oracle.mustBeWhole();
  const changes = await world.changes();
  if (changes !== 0) throw new Error(`after all of it the plan has ${changes} changes`);
  mustBeAsDeclared(world);
}

/** A proposal's branch with a stranger's commits is deleted, as the message says. */
async function proposed(world: TrustWorld): ReturnType<TrustWorld['propose']> {
  try {
    return await world.propose();
  } catch (error) {
    if (!(error instanceof UserError) || !/has a commit that cn2-fleet did not create/.test(error.message)) throw error;
    world.hub.deleteBranch(BRANCH);
    return await world.propose();
  }
}

/** Files that no index lists are moved elsewhere by people, as the finding says. */
function removeStrays({ hub }: TrustWorld): void {
  const files = below(hub.main.files, 'rendered');
  const listed = (JSON.parse(files['index.json'] ?? '{"objects":[]}') as { objects: { path: string }[] }).objects;
  const known = new Set(['index.json', 'fleet.json', 'plan.json', ...listed.map(({ path }) => path)]);
  const strays = Object.keys(files).filter((path) => !known.has(path));
  if (strays.length > 0) hub.push('main', Object.fromEntries(strays.map((path) => [`rendered/${path}`, undefined])), 'tidy');
}

/** By the objects alone: what is declared is there, and nothing else that carries our mark. */
function mustBeAsDeclared({ cn2, hub }: TrustWorld): void {
  const wanted = meaningOf(hub.main.files)?.objects ?? new Map();
  for (const [place, object] of wanted) {
    const [cluster = '', kind = ''] = place.split('/');
    const live = cn2.clusters.get(cluster)?.peek(kind, object.metadata.namespace, object.metadata.name);
    if (live === undefined) throw new Error(`${place} is declared and not there`);
    const leaves = leavesOf(live);
    for (const [path, value] of leavesOf(object)) {
      // The world's own oracle knows no secret values.
      if (kind === 'Secret' && path.startsWith('/data')) continue;
      const empty = canonicalJson(value) === '{}';
      if (!empty && canonicalJson(leaves.get(path)) !== canonicalJson(value))
        throw new Error(`${place} is not as declared at ${path}`);
    }
  }
  for (const [name, cluster] of cn2.clusters) {
    for (const object of cluster.all()) {
      // CN2 mirrors namespaces with their labels.
      const ours = object.kind !== 'Namespace' && object.metadata.labels?.['app.kubernetes.io/managed-by'] === 'cn2-fleet';
      if (ours && !wanted.has(placeOf(name, object))) throw new Error(`${placeOf(name, object)} is there and not declared`);
    }
  }
}
