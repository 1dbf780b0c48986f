/** What a change interrupts while it is carried out, in the order in which a reader should see it. */
export const INTERRUPTIONS = [
  'detach',
  'content',
  'replacement',
  'unplugged',
  'vrouter',
  'traffic',
  'kubemanager',
  'dns',
] as const;
export type Interruption = (typeof INTERRUPTIONS)[number];

/** Something that is interrupted, and where that is felt. */
export interface Disruption {
  what: Interruption;
  /** A cluster where its nodes or pods feel it; <cluster>/<namespace>/<name> where the users of an object do, without namespace for some kinds. */
  where: string;
}
