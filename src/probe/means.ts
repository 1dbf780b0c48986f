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
  /** The label of what the run makes. */
  run: string;
  /** What names of its pods begin with. */
  prefix: string;
  reporter: Reporter;
}

/** What runs commands for these probes, by the means that each cluster lets it have. */
export function shellFor(probes: readonly LiveProbe[], { permits, reporter, ...input }: MeansInput): ChosenShell {
  const ready = probes.filter((probe) => probe.state === 'ready');
  const models = new Map(ready.map(({ probe, options }) => [probe.pod, { probe, options }]));
  const known = new Map([...permits].map(([name, { means }]) => [name, means]));
  return chosenShell({ exec: execShell, logs: podShell({ ...input, models }), known, reporter });
}

/** How each cluster was measured in the end, of those in which a probe ran. `tcpAlone`: clusters whose probes could not ping, and why. */
export function meansOf(
  started: readonly (StartedCluster & { name: string })[],
  tcpAlone: ReadonlyMap<string, string>,
  shell: ChosenShell,
): MeansOfCluster[] {
  return started
    .filter(({ probes }) => probes.some(({ state }) => state === 'ready'))
    .map(({ name, echo, reason }) => {
      const byTcp = tcpAlone.get(name);
      const { means, reason: noExec } = shell.meansOf(name);
      const reasons = [means === 'logs' ? noExec : undefined, byTcp ?? reason].filter((why) => why !== undefined);
      return {
        cluster: name,
        means,
        echo: byTcp === undefined && echo !== 'tcp' ? echo : 'tcp',
        ...(reasons.length === 0 ? {} : { reason: reasons.join('; ') }),
      };
    });
}
