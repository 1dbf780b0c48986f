import type { PairVerdict } from '../../src/model/smoke.ts';
import type { Ends } from './scene.ts';

/** Paths that a fault has something to do with. */
export type Where =
  | 'from A to B'
  | 'from B to A'
  | 'between networks that are apart'
  | 'from and to the cluster'
  | 'from the cluster'
  | 'to a network of the cluster that nobody else reaches';

/** The verdict of a path where nothing is broken. */
type Path = Pick<PairVerdict, 'source' | 'target' | 'family' | 'expected'>;

/** Whether a path is one of those; `all` are the paths of the matrix. */
export function isThere(where: Where, path: Path, ends: Ends, all: readonly Path[]): boolean {
  const { source, target } = path;
  const { a, b, apart, cluster } = ends;
  const [from, to] = [keyOf(source), keyOf(target)];
  switch (where) {
    case 'from A to B':
      return from === a && to === b;
    case 'from B to A':
      return from === b && to === a;
    case 'between networks that are apart':
      return apart.includes(from) && apart.includes(to);
    case 'from and to the cluster':
      return source.cluster === cluster || target.cluster === cluster;
    case 'from the cluster':
      return source.cluster === cluster;
    case 'to a network of the cluster that nobody else reaches':
      return (
        path.expected === 'block' && source.cluster !== cluster && target.cluster === cluster && !isReached(path, cluster, all)
      );
  }
}

/** Whether somebody of another cluster hears the target of a path. */
function isReached({ target, family }: Path, cluster: string, all: readonly Path[]): boolean {
  return all.some(
    (other) =>
      other.expected === 'reach' &&
      other.source.cluster !== cluster &&
      other.family === family &&
      keyOf(other.target) === keyOf(target),
  );
}

function keyOf({ cluster, network }: { cluster: string; network: string }): string {
  return `${cluster}/${network}`;
}
