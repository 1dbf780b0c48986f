import { present } from '../model/present.ts';
import type { MeansOfCluster } from '../model/smoke.ts';
import type { Clock } from '../ports/clock.ts';
import type { Reporter } from '../ports/reporter.ts';
import { type ChosenShell, chosenShell } from './chosen-shell.ts';
import type { StartedCluster } from './cluster-probes.ts';
import type { Ledger } from './ledger.ts';
import type { LiveProbe } from './paths.ts';
import type { Permits } from './permits.ts';
import { podShell } from './pod-shell.ts';
import { execShell } from './shell.ts';

export interface MeansInput {
  /** By cluster name. */
  permits: ReadonlyMap<string, Permits>;
  ledger: Ledger;
  clock: Clock;
  /** What names of its pods begin with. */
  prefix: string;
  reporter: Reporter;
}

type Ready = Extract<LiveProbe, { state: 'ready' }>;

/** What runs commands for these probes, by the means that each cluster lets it have. */
export function shellFor(probes: readonly LiveProbe[], { permits, reporter, ...input }: MeansInput): ChosenShell {
  const models = new Map(probes.filter(isReady).map(({ probe, object }) => [probe.pod, { probe, object }]));
  const known = new Map([...permits].map(([name, { means }]) => [name, means]));
  return chosenShell({ exec: execShell, logs: podShell({ ...input, models }), known, reporter });
}

/**
 * How each cluster was measured in the end, of those in which a probe ran. `tcpAlone`: clusters with probes that could not ping, and why not.
 */
export function meansOf(
  clusters: readonly (StartedCluster & { name: string })[],
  tcpAlone: ReadonlyMap<string, string>,
  shell: ChosenShell,
): MeansOfCluster[] {
  const measured = clusters.filter(({ probes }) => probes.some(isReady));
  return measured.map(({ name: cluster, echo, reason: noSocket }) => {
    const { means, reason: noExec } = shell.meansOf(cluster);
    const noPing = tcpAlone.get(cluster);
    const reasons = [means === 'logs' ? noExec : undefined, noPing ?? noSocket].filter((reason) => reason !== undefined);
    const reason = reasons.length === 0 ? undefined : reasons.join('; ');
    return { cluster, means, echo: noPing !== undefined || echo === 'tcp' ? 'tcp' : echo, ...present({ reason }) };
  });
}

function isReady(probe: LiveProbe): probe is Ready {
  return probe.state === 'ready';
}
