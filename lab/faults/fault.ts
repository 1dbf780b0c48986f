import type { KubernetesObject, ManagedFieldsEntry } from '../../src/model/kubernetes.ts';
import type { EchoMeans, Rung, VerdictWord } from '../../src/model/smoke.ts';
import type { Kind } from '../cn2/control/kinds.ts';
import type { Scene } from './scene.ts';
import type { Where } from './where.ts';

/** Something that is broken on purpose in a lab, to see what the tool says. */
export interface Fault {
  name: string;
  /** What it does, with the words of the scene: networks A and B, the cluster. */
  does: string;
  /** On what it acts. */
  on: string;
  /** How it is undone. */
  undone: string;
  says: Says;
  /** What is to be done in a scene. Only reads. */
  acts(scene: Scene): Promise<Act[]>;
}

/** What the smoke test says while the fault is there. Paths that are not named are ok. */
export interface Says {
  paths: readonly { where: Where; verdict: VerdictWord }[];
  /** Causes; each of the named paths has one of them. */
  causes: readonly Cause[];
  /** On the named paths, the bytes of the largest packet that passes. */
  largestPacket?: true;
  /** By what the probes of the cluster are measured instead of a ping socket. */
  echo?: EchoMeans;
  /** Of what it made something cannot be removed while the fault is there: always, or as it happens. Absent: never. */
  leftovers?: 'always' | 'perhaps';
}

export interface Cause {
  rung: Rung;
  /** The kind of the object that it is about; absent: it is about none. */
  kind?: string;
  /** A part of the sentence. */
  words: string;
}

/**
 * One thing that is done and can be undone, as data: it is written down before it is done, and another process undoes it. Undoing what was
 * not done, or what somebody has mended since, does nothing.
 */
export type Act = RulesAct | ChangeAct | CreateAct | FinalizerAct | UnitAct | PauseAct | ImageAct;

/** A table of nftables on a node. */
export interface RulesAct {
  do: 'rules';
  node: string;
  table: string;
  /** What is in the table. */
  content: string;
}

/** A field of an object that has another value. */
export interface ChangeAct {
  do: 'change';
  cluster: string;
  kind: Kind;
  namespace: string;
  name: string;
  path: readonly string[];
  /** Absent: there was none. */
  before?: unknown;
  to: unknown;
  /** Who owned which field before. */
  owners: readonly ManagedFieldsEntry[];
}

/** An object that nobody declared. */
export interface CreateAct {
  do: 'create';
  cluster: string;
  kind: Kind;
  object: KubernetesObject;
}

/** An admission that gives the smoke test's pods a finalizer which nobody takes away. */
export interface FinalizerAct {
  do: 'finalizer';
  cluster: string;
  finalizer: string;
}

/** A unit of systemd on a node that is stopped. */
export interface UnitAct {
  do: 'stop';
  node: string;
  unit: string;
}

/** A node whose container stands still. */
export interface PauseAct {
  do: 'pause';
  node: string;
}

/** An image of a node that is gone, or another one under its name. */
export interface ImageAct {
  do: 'image';
  node: string;
  image: string;
  instead: 'nothing' | 'broken-ping';
}
