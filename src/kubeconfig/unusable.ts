import type { Position } from '../model/finding.ts';

/** A kubeconfig that client-go would not accept either. `fault` follows “the kubeconfig”; no text of the kubeconfig's values is in it. */
export class UnusableKubeconfig extends Error {
  readonly fault: string;
  /** Where it is in the kubeconfig, where that is known. */
  readonly position?: Position;

  constructor(fault: string, position?: Position) {
    super(`the kubeconfig ${fault}`);
    this.name = 'UnusableKubeconfig';
    this.fault = fault;
    if (position !== undefined) this.position = position;
  }
}
