import type { Fleet } from '../../src/model/fleet.ts';
import type { HeldLab, Lab, LabResult } from '../../src/ports/lab.ts';
import type { MemoryCluster } from './memory-cluster.ts';
import { memoryCn2 } from './memory-cn2.ts';
import { credential } from './trust-fleet.ts';

/** What a lab of a rehearsal was asked for, in order. */
export interface LabDouble extends Lab {
  asked: string[];
  /** The clusters of each `up`. */
  ups: Fleet[];
}

/** A lab whose clusters are in memory. `fails`: what cannot be done; `during`: called while it is brought up. */
export function labDouble(options: { room?: number; fails?: 'hold' | 'up' | 'down'; during?: () => void } = {}): LabDouble {
  const { room = 9, fails, during } = options;
  const asked: string[] = [];
  const ups: Fleet[] = [];
  const told = <Value>(what: typeof fails, value: Value): LabResult<Value> =>
    fails === what ? { failed: `the host cannot ${what}` } : { value };
  const held: HeldLab = {
    addresses: async (_, count) => Array.from({ length: count }, (__, at) => `203.0.113.${at + 1}`),
    async up(fleet, release) {
      asked.push(
        `up ${fleet.distributed.map(({ name }) => name).join(' ')} from ${Object.keys(release).length > 0 ? 'files' : 'nothing'}`,
      );
      ups.push(fleet);
      during?.();
      const names = [fleet.central, ...fleet.distributed].map(({ name }) => name);
      const auths = { 'lab.local': { auth: Buffer.from('lab:lab').toString('base64') } };
      return told('up', {
        kubeconfigs: Object.fromEntries(names.map((name) => [name, credential(`KUBECONFIG_${name.toUpperCase()}`)])),
        pullSecret: JSON.stringify({ auths }),
      });
    },
    async down() {
      asked.push('down');
      return told('down', 'gone');
    },
  };
  return {
    asked,
    ups,
    room: async (clusters) => Math.min(room, clusters.length),
    async hold(fleet) {
      asked.push(`hold ${fleet}`);
      return told('hold', held);
    },
  };
}

/** Clusters in memory that a connector finds by their names. */
export function labClusters(options: Parameters<typeof memoryCn2>[0] = {}) {
  const cn2 = memoryCn2(options);
  const labels = { 'node-role.kubernetes.io/master': '' };
  cn2.distributed.put({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node1', labels } });
  const connected: { name: string; kubeconfig: string }[] = [];
  const connect = (name: string, text: string) => {
    connected.push({ name, kubeconfig: text });
    return cn2.clusters.get(name) as MemoryCluster;
  };
  return { cn2, connected, connector: { connect } };
}
