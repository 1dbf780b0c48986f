/** Why what a run works on may be a stranger's; parts of sentences. */
export interface Stranger {
  /** After "this run is ": where it comes from. */
  origin: string;
  /** What to do instead, for who may. */
  remedy: string;
}
