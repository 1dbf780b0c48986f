import type { Options, Ports } from '../commands/context.ts';
import type { Forge } from '../ports/forge.ts';
import type { Repository } from '../ports/repository.ts';

/** The outside world of `propose`. */
export interface ProposePorts extends Ports {
  forge: Forge;
  repository: Repository;
}

export interface ProposeOptions extends Options {
  /** The branch that the pull request is to be merged into; default: the default branch of the repository. */
  base?: string;
  /** Below the body, e.g. the link to the run; no reason to write again. */
  footer?: string;
}
