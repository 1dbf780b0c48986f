import { expect } from '@jest/globals';
import type { Ports } from '../../src/commands/context.ts';
import { type PlanOutcome, planCommand } from '../../src/commands/plan.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import { GUIDE, replaced } from './guide-fleet.ts';
import { memoryFiles } from './memory-files.ts';
import { OPTIONS, testPorts } from './ports.ts';
import { applied, type SeenEnd } from './trust-cases.ts';
import { credential } from './trust-fleet.ts';
import { freshWorld } from './trust-property.ts';
import type { TrustWorld } from './trust-world.ts';

/** The guide before its second cluster came. */
const ALONE = replaced(
  replaced(replaced(GUIDE, /^distributed:\n(?: .*\n)+/m, ''), /^ {2}- \{cluster: cluster2.*\n/gm, ''),
  /^connections:\n(?: .*\n)+/m,
  '',
);
/** The guide without the connection that joins both. */
export const APART = replaced(GUIDE, /^connections:\n(?: .*\n)+/m, '');
/** The second cluster leaves. */
export const DETACHED = replaced(APART, '    index: 0\n', '    index: 0\n    state: detached\n');

/** The declaration with a line of `detach`. */
export function detached(how: string): string {
  return replaced(DETACHED, 'state: detached\n', `state: detached\n    detach: ${how}\n`);
}

/** A repository with that declaration, merged with its plan; gives what the proposal found. */
export async function merged(world: TrustWorld, declaration: string, files: Record<string, string> = {}): Promise<string[]> {
  world.hub.push('main', { 'clusters.yaml': declaration, ...files }, 'declare');
  const { number, findings } = await world.propose();
  if (number !== undefined && !world.hub.mergePull(number, 'merge')) throw new Error('the proposal cannot be merged');
  return findings;
}

/** The same, applied. */
export async function arrive(world: TrustWorld, declaration: string): Promise<SeenEnd> {
  await merged(world, declaration);
  const end = await applied(world);
  await calm();
  return end;
}

/** Until the controllers in memory have done what follows from the last event. */
export async function calm(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** The outside of a command at the head of main, over the clusters of the world. */
export function portsOf(world: TrustWorld, without: readonly string[] = []): Ports {
  return testPorts(memoryFiles({ ...world.hub.main.files }), {
    credentials: {
      resolve: async (ref) => {
        const name = 'env' in ref ? ref.env : ref.file;
        if (without.includes(name)) return { status: 'missing', reason: `${name} is not set` };
        return { status: 'ok', value: credential(name) };
      },
    },
    connector: {
      connect: (name) => {
        if (without.includes(name)) throw new Error(`${name} was to be connected to`);
        return world.cn2.clusters.get(name)!;
      },
    },
    clock: world.clock,
  });
}

/** The plan of what main declares. */
export async function planOf(world: TrustWorld, without: readonly string[] = []): Promise<PlanOutcome> {
  return await planCommand(portsOf(world, without), { ...OPTIONS, offline: false });
}

/** A world in which the guide's fleet runs. */
export async function guideWorld(): Promise<{ world: TrustWorld; before: string[] }> {
  const world = freshWorld();
  await arrive(world, ALONE);
  const before = central(world);
  const end = await arrive(world, GUIDE);
  if (end.code !== 0) throw new Error(end.text);
  return { world, before };
}

/** The central cluster object by object, without versions, times and the lock. */
export function central(world: TrustWorld): string[] {
  return contentsOf(world, 'cluster1');
}

/** A cluster object by object. */
export function contentsOf(world: TrustWorld, name: string): string[] {
  return world.cn2.clusters
    .get(name)!
    .all()
    .filter(({ kind }) => kind !== 'Lease')
    .map(({ metadata: { name: called, namespace, labels, annotations, finalizers, deletionTimestamp }, ...rest }) =>
      JSON.stringify({ ...rest, called, namespace, labels, annotations, finalizers, deletionTimestamp }),
    );
}

/** Everything that was deleted, in its order over both clusters. */
export function watched(target: TrustWorld): string[] {
  const seen: string[] = [];
  for (const cluster of target.cn2.clusters.values()) {
    const remove = cluster.delete.bind(cluster);
    cluster.delete = async (at, options) => {
      const { namespace, name, resource } = at;
      if (resource.kind !== 'Lease')
        seen.push([cluster.name, resource.kind, ...(namespace === undefined ? [] : [namespace]), name].join(' '));
      expect(options).toMatchObject({ uid: expect.any(String), resourceVersion: expect.any(String) });
      return remove(at, options);
    };
  }
  return seen;
}

/** A pod that runs. */
export const pod = (namespace: string, name: string, more: Partial<KubernetesObject['metadata']> = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, ...more },
  spec: {},
  status: { phase: 'Running' },
});

/** What findings of a severity say. */
export const messages = (findings: readonly { message: string; severity: string }[], severity: string) =>
  findings.filter((finding) => finding.severity === severity).map(({ message }) => message);

/** What the second cluster's namespaces begin with on the central one. */
export const K = 'kubemanager-cluster2-cluster2';
