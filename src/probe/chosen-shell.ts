import type { MeansOfCluster } from '../model/smoke.ts';
import type { ExecResult } from '../ports/cluster.ts';
import type { Reporter } from '../ports/reporter.ts';
import { incomplete, type Shell } from './shell.ts';

/** By what a cluster's probes are told what to do, as far as its API has said so. */
export interface KnownMeans {
  means: MeansOfCluster['means'];
  /** Why it is not exec. */
  reason?: string;
  /** Why there is nothing else where exec fails. */
  without?: string;
}

export interface ChoiceInput {
  exec: Shell;
  logs: Shell;
  /** By cluster name, as it is known beforehand; exec where nothing is. */
  known: ReadonlyMap<string, KnownMeans>;
  reporter: Reporter;
}

/** Handshakes that fail in a row before it is the way to the cluster that does not carry exec. */
const REFUSALS = 3;

interface State extends KnownMeans {
  refusals: number;
  /** An exec has begun: whatever happens later, the way is there. */
  proven: boolean;
}

export interface ChosenShell extends Shell {
  /** By what was measured on a cluster. */
  meansOf(cluster: string): KnownMeans;
}

/**
 * Exec where it is allowed and gets through, else pods and their logs. What only trying tells (admission that denies exec, a proxy that
 * carries no WebSocket) changes the cluster over, and what was refused is run again at once.
 */
export function chosenShell({ exec, logs, known, reporter }: ChoiceInput): ChosenShell {
  const states = new Map<string, State>();
  const stateOf = (cluster: string): State => {
    const state = states.get(cluster) ?? { refusals: 0, proven: false, ...(known.get(cluster) ?? { means: 'exec' }) };
    states.set(cluster, state);
    return state;
  };
  return {
    inPlace: ({ name }) => stateOf(name).means === 'exec',
    meansOf: (cluster) => stateOf(cluster),
    async run(place, what, signal) {
      const state = stateOf(place.cluster.name);
      if (state.means === 'logs') return await logs.run(place, what, signal);
      const result = await exec.run(place, what, signal);
      const why = whyNoExec(result, state);
      if (why === undefined || signal.aborted) return result;
      if (state.without !== undefined) return { ...incomplete(`${why}; ${state.without}`) };
      if (state.means === 'exec') {
        Object.assign(state, { means: 'logs', reason: why });
        reporter.progress({ type: 'note', text: `${place.cluster.name}: measured by logs, without exec: ${why}` });
      }
      return await logs.run(place, what, signal);
    },
  };
}

/** What the result says against exec as such; undefined where another attempt may go well. */
function whyNoExec(result: ExecResult, state: State): string | undefined {
  if (result.status === 'complete' || result.refused === undefined) {
    state.proven ||= result.status === 'complete';
    return undefined;
  }
  if (result.refused === 'forbidden') return result.reason;
  state.refusals += 1;
  return state.refusals >= REFUSALS && !state.proven ? result.reason : undefined;
}
