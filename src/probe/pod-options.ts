import type { Fleet } from '../model/fleet.ts';
import type { EchoMeans, Endpoint } from '../model/smoke.ts';
import type { LiveNetwork } from './live-networks.ts';
import { keptLabel } from './marks.ts';
import type { PodOptions } from './probe-pod.ts';
import type { Probe } from './probes.ts';
import { pullSecretName } from './pull-secrets.ts';
import { routesFor } from './routes.ts';

/** What the pods of a cluster's probes have in common. */
export interface CommonOptions {
  fleet: Fleet;
  run: string;
  image: string;
  pullSecret?: string;
  /** By central name, or why they could not be read. */
  networks: Map<string, LiveNetwork> | string;
  /** Endpoints whose namespace lets their pods have no routes, with the reason. */
  routeless?: ReadonlyMap<Endpoint, string>;
}

/** What the pod of a probe is made of. */
export function optionsOf(input: CommonOptions, probe: Probe, echo: EchoMeans): PodOptions {
  const network = probe.network && typeof input.networks !== 'string' ? input.networks.get(probe.network.centralName) : undefined;
  const label = labelOf(input);
  const routed = network?.ready === true && input.routeless?.has(probe.endpoint) !== true;
  return {
    image: input.image,
    run: label,
    ...(input.pullSecret === undefined ? {} : { pullSecret: pullSecretName(label) }),
    routes: routed ? routesFor(input.fleet, probe, network.gateways) : [],
    echo,
  };
}

export function isKeeping(fleet: Fleet): boolean {
  return fleet.smoke?.keepProbes === true;
}

/** The value of the label of a cluster's probes. */
export function labelOf({ fleet, run }: Pick<CommonOptions, 'fleet' | 'run'>): string {
  return isKeeping(fleet) ? keptLabel(fleet.metadata.name) : run;
}
