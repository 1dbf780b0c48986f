/** Why a run is untrusted; parts of sentences. */
export interface Stranger {
  /** After "this run is ": where it comes from. */
  origin: string;
  /** What to do instead, for those who are allowed to. */
  remedy: string;
}
