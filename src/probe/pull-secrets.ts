import { SMOKE_LABEL } from '../cn2/names.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { present } from '../model/present.ts';
import type { Clock } from '../ports/clock.ts';
import { type Cluster, ClusterError } from '../ports/cluster.ts';
import { createObject } from './create-object.ts';
import type { Ledger } from './ledger.ts';
import { isOurs, SECRETS, smokeMetadata } from './marks.ts';
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
      await makePullSecret(input, config, namespace);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      problems.set(namespace, `the pull secret of the probe could not be created: ${reason}`);
    }
  }
  return problems;
}

/** Probes that are kept name the same one in every test: what a test that was killed has left of it may hold an old login. */
async function makePullSecret(input: PullSecretInput, config: string, namespace: string): Promise<void> {
  const secret = (): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: smokeMetadata(pullSecretName(input.run), namespace, input.run, input.clock.now()),
    type: 'kubernetes.io/dockerconfigjson',
    stringData: { '.dockerconfigjson': config },
  });
  try {
    await createObject(input, SECRETS, secret());
  } catch (error) {
    const isThere = error instanceof ClusterError && error.cause === 'conflict';
    if (!isThere || !(await removePullSecret(input.cluster, namespace, input.run))) throw error;
    await createObject(input, SECRETS, secret());
  }
}

/** Removes the pull secret of a label; false where there is none, or where somebody else has made it. */
export async function removePullSecret(cluster: Cluster, namespace: string | undefined, label: string): Promise<boolean> {
  const target = { resource: SECRETS, name: pullSecretName(label), ...present({ namespace }) };
  const secret = await cluster.get(target);
  if (secret === undefined || !isOurs(secret) || secret.metadata.labels?.[SMOKE_LABEL] !== label) return false;
  await cluster.delete(target, present({ uid: secret.metadata.uid }));
  return true;
}

export function pullSecretName(label: string): string {
  return `cn2-fleet-smoke-${label}`;
}
