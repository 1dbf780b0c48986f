import type { Clock } from '../ports/clock.ts';
import { type Cluster, ClusterError } from '../ports/cluster.ts';
import { createObject } from './create-object.ts';
import type { Ledger } from './ledger.ts';
import { SECRETS, smokeMetadata } from './marks.ts';
import type { Probe } from './probes.ts';

export interface PullSecretInput {
  cluster: Cluster;
  /** docker config JSON; absent: none is needed. */
  pullSecret?: string;
  /** The value of the label of the pods that use it. */
  run: string;
  ledger: Ledger;
  clock: Clock;
  signal: AbortSignal;
}

/** Makes the secret in each namespace of the probes. Namespaces in which it could not be created come back, with the reason. */
export async function makePullSecrets(input: PullSecretInput, probes: readonly Probe[]): Promise<Map<string, string>> {
  const problems = new Map<string, string>();
  const config = input.pullSecret;
  if (config === undefined) return problems;
  for (const namespace of new Set(probes.map((probe) => probe.namespace))) {
    try {
      await createObject(input, SECRETS, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: smokeMetadata(pullSecretName(input.run), namespace, input.run, input.clock.now()),
        type: 'kubernetes.io/dockerconfigjson',
        stringData: { '.dockerconfigjson': config },
      });
    } catch (error) {
      // Probes that are kept name the same one in every test; it goes with this one.
      if (error instanceof ClusterError && error.cause === 'conflict') continue;
      const reason = error instanceof Error ? error.message : String(error);
      problems.set(namespace, `the pull secret of the probe could not be created: ${reason}`);
    }
  }
  return problems;
}

export function pullSecretName(label: string): string {
  return `cn2-fleet-smoke-${label}`;
}
