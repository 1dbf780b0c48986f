import { endpointKey } from '../expectation/expect.ts';
import type { Measurement, SourceProof } from '../model/smoke.ts';
import { measuredBy, type Neighbours, neighbourAddress, type Path, senderOf } from './paths.ts';
import { LOOPBACK } from './ping-command.ts';
import type { Round } from './ping-round.ts';

/** What was seen of the paths, of which the proofs are made. */
export interface Evidence {
  first: Round;
  /** The round in which silent paths were measured once more. */
  again: Round;
  hopeless: ReadonlyMap<string, Measurement>;
  neighbours: Neighbours;
  tcpAlone: ReadonlyMap<string, unknown>;
}

/**
 * What makes each source's silence count, by source and family. The newest round in which it took part counts, so that a proof is of the same
 * time as the silence.
 */
export function proofsOf(paths: readonly Path[], { first, again, hopeless, neighbours, tcpAlone }: Evidence): SourceProof[] {
  const proofs = new Map<string, SourceProof>();
  for (const path of paths) {
    const key = senderOf(path);
    if (proofs.has(key)) continue;
    const { source, pair } = path;
    const given = hopeless.get(key);
    const round = again.get(source.probe.pod)?.has(LOOPBACK[pair.family]) ? again : first;
    const loopback = { ...path, target: source, address: LOOPBACK[pair.family] };
    const near = neighbours.get(endpointKey(pair.source));
    const address = neighbourAddress(source, pair.family, neighbours);
    const reason = near !== undefined && 'reason' in near ? near.reason : `the neighbour has no IP${pair.family} address`;
    const sameNetwork: Measurement =
      address === undefined
        ? { status: 'not-run', reason }
        : (given ?? measuredBy(round, { ...path, address }, tcpAlone.has(key)));
    proofs.set(key, {
      source: pair.source,
      family: pair.family,
      self: given ?? measuredBy(round, loopback, tcpAlone.has(key)),
      ...(source.probe.network === undefined || near === undefined ? {} : { sameNetwork }),
    });
  }
  return [...proofs.values()];
}
