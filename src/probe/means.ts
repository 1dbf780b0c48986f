import { present } from '../model/present.ts';
import type { MeansOfCluster } from '../model/smoke.ts';
import type { Clock } from '../ports/clock.ts';
import type { Reporter } from '../ports/reporter.ts';
import { type ChosenShell, chosenShell } from './chosen-shell.ts';
import type { Ledger } from './ledger.ts';
import type { LiveProbe } from './measure.ts';
import type { Permits } from './permits.ts';
import { podShell } from './pod-shell.ts';
import { execShell } from './shell.ts';

export interface MeansInput {
  /** By cluster name. */
  permits: ReadonlyMap<string, Permits>;
  ledger: Ledger;
  clock: Clock;
  reporter: Reporter;
}

type Ready = Extract<LiveProbe, { state: 'ready' }>;

/** What runs commands for these probes, by the means that each cluster lets it have. */
export function shellFor(probes: readonly LiveProbe[], { permits, ledger, clock, reporter }: MeansInput): ChosenShell {
  const models = new Map(probes.filter(isReady).map(({ probe, object }) => [probe.pod, { probe, object }]));
  const known = new Map([...permits].map(([name, { means }]) => [name, means]));
  return chosenShell({ exec: execShell, logs: podShell({ models, ledger, clock }), known, reporter });
}

/** How each cluster was measured in the end, of those in which a probe ran. */
export function meansOf(probes: readonly LiveProbe[], shell: ChosenShell): MeansOfCluster[] {
  const clusters = new Set(probes.filter(isReady).map(({ probe }) => probe.cluster));
  return [...clusters].map((cluster) => {
    const { means, reason } = shell.meansOf(cluster);
    return { cluster, means, echo: 'ping-socket', ...(means === 'logs' ? present({ reason }) : {}) };
  });
}

function isReady(probe: LiveProbe): probe is Ready {
  return probe.state === 'ready';
}
