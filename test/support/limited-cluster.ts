import { ALL_SERVED, type Switches } from '../../lab/apiserver/aggregated/switches.ts';
import { isOfMainServer } from '../../src/cn2/main-server.ts';
import type { KubernetesObject, Resource } from '../../src/model/kubernetes.ts';
import { type Cluster, ClusterError } from '../../src/ports/cluster.ts';

/** What an API may lack, and what all of that together is. */
export const LIMITS: readonly [string, Partial<Switches>][] = [
  ['no server-side apply', { serverSideApply: 'off' }],
  ['a dry-run that it does not know', { dryRun: 'off' }],
  ['a dry-run that it refuses', { dryRun: 'refused' }],
  ['no records of owners', { managedFields: 'off' }],
  ['none of them', { serverSideApply: 'off', dryRun: 'off', managedFields: 'off' }],
];

/** The switches of an aggregated API over any cluster, for its groups that are not of the main server: as the lab's filter has them. */
export function limitedCluster(inner: Cluster, changes: Partial<Switches>): Cluster {
  const { serverSideApply, dryRun, managedFields } = { ...ALL_SERVED, ...changes };
  const shown = <Some extends KubernetesObject | undefined>(object: Some): Some => {
    if (object === undefined || managedFields === 'served') return object;
    const { managedFields: _, ...metadata } = object.metadata;
    return { ...object, metadata };
  };
  /** An API that has never heard of dryRun does what it is asked. */
  const real = <Options extends { dryRun?: boolean }>(options: Options | undefined): Options | undefined => {
    if (dryRun === 'refused' && options?.dryRun === true) throw refused(inner.name, 400, 'the dryRun parameter is not supported');
    return dryRun === 'off' && options !== undefined ? { ...options, dryRun: false } : options;
  };
  const limits: Partial<Cluster> = {
    async abilities(resource) {
      const offered = await inner.abilities(resource);
      return {
        serverSideApply: offered.serverSideApply && serverSideApply === 'served',
        dryRun: offered.dryRun && dryRun === 'served',
      };
    },
    async list(resource, options) {
      return (await inner.list(resource, options)).map(shown);
    },
    async get(target) {
      return shown(await inner.get(target));
    },
    async apply(resource, object, options) {
      if (serverSideApply === 'off') throw refused(inner.name, 415, 'the body of the request was in an unknown format');
      return shown(await inner.apply(resource, object, real(options)));
    },
    async create(resource, object, options) {
      return shown(await inner.create(resource, object, real(options)));
    },
    async update(resource, object, options) {
      return shown(await inner.update(resource, object, real(options)));
    },
  };
  return new Proxy(inner, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== 'function') return member;
      const limited = Object.hasOwn(limits, property) ? limits[property as keyof Cluster] : undefined;
      return (...input: unknown[]) => {
        const resource = (input[0] as { resource?: Resource } | undefined)?.resource ?? (input[0] as Resource | undefined);
        const applies = typeof limited === 'function' && resource !== undefined && !isOfMainServer(resource.group);
        return (applies ? (limited as (...all: unknown[]) => unknown) : member.bind(target))(...input) as unknown;
      };
    },
  });
}

function refused(cluster: string, status: number, message: string): ClusterError {
  return new ClusterError(`${cluster}: ${message}`, { cluster, status, cause: 'invalid', fieldConflicts: [] });
}
