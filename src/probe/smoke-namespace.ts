import { FORWARDING_ANNOTATION, SMOKE_NAMESPACE } from '../cn2/names.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { present } from '../model/present.ts';
import type { Clock } from '../ports/clock.ts';
import { type Cluster, ClusterError } from '../ports/cluster.ts';
import type { Ledger } from './ledger.ts';
import { isOurs, NAMESPACES, SERVICE_ACCOUNTS, smokeMetadata } from './marks.ts';

/** How often a state is asked for that no watch tells (two clusters have to agree), and for how long, in milliseconds. */
const STEP = 250;
const PATIENCE = 60_000;
const ACCOUNT_PATIENCE = 10_000;

export interface NamespaceInput {
  cluster: Cluster;
  /** For a distributed cluster: where its namespaces are mirrored to and under which name. */
  mirror?: { central: Cluster; name: string };
  run: string;
  ledger: Ledger;
  clock: Clock;
  signal: AbortSignal;
}

/**
 * Makes the namespace of the default-network probes, with fabric SNAT, and waits until pods can start in it: on the central cluster its
 * mirror is Active (before that the pods would get no network) and its service account exists. Throws an Error with a sentence.
 */
export async function makeSmokeNamespace(input: NamespaceInput): Promise<void> {
  const { cluster, mirror, ledger } = input;
  await createOrAdopt(input);
  if (mirror) {
    const target = { resource: NAMESPACES, name: mirror.name };
    ledger.mirrored(cluster, SMOKE_NAMESPACE, { cluster: mirror.central, target });
    const active = await until(input, PATIENCE, async () => isActive(await mirror.central.get(target)));
    if (!active) throw new Error(`${mirror.central.name}: namespace ${mirror.name} did not appear within ${PATIENCE / 1000} s`);
  }
  await until(input, ACCOUNT_PATIENCE, async () => {
    const account = { resource: SERVICE_ACCOUNTS, namespace: SMOKE_NAMESPACE, name: 'default' };
    return (await cluster.get(account)) !== undefined;
  });
}

async function createOrAdopt(input: NamespaceInput): Promise<void> {
  const { cluster, ledger, run, clock } = input;
  const ready = await until(input, PATIENCE, async () => {
    const live = await cluster.get({ resource: NAMESPACES, name: SMOKE_NAMESPACE });
    if (live === undefined) return await createNamespace(cluster, ledger, smokeNamespace(run, clock.now()));
    if (live.metadata.deletionTimestamp !== undefined) return false;
    if (!isOurs(live) || live.metadata.annotations?.[FORWARDING_ANNOTATION] !== 'fabric-snat') {
      throw new Error(
        `${cluster.name}: namespace ${SMOKE_NAMESPACE} exists and was not created by a smoke test; it is left alone`,
      );
    }
    const uid = live.metadata.uid;
    ledger.adopt({ cluster, target: { resource: NAMESPACES, name: SMOKE_NAMESPACE }, ...present({ uid }) });
    return true;
  });
  if (!ready) throw new Error(`${cluster.name}: namespace ${SMOKE_NAMESPACE} of an earlier run is still being deleted`);
}

function smokeNamespace(run: string, now: number): KubernetesObject {
  const metadata = smokeMetadata(SMOKE_NAMESPACE, undefined, run, now);
  metadata.annotations = { ...metadata.annotations, [FORWARDING_ANNOTATION]: 'fabric-snat' };
  metadata.labels = { ...metadata.labels, 'pod-security.kubernetes.io/enforce': 'restricted' };
  return { apiVersion: 'v1', kind: 'Namespace', metadata };
}

/** False when somebody was faster, or the answer was lost: then what is there is looked at again. */
async function createNamespace(cluster: Cluster, ledger: Ledger, namespace: KubernetesObject): Promise<boolean> {
  try {
    await ledger.create(cluster, NAMESPACES, namespace);
    return true;
  } catch (error) {
    if (error instanceof ClusterError && (error.cause === 'conflict' || error.status === undefined)) return false;
    throw error;
  }
}

function isActive(namespace: KubernetesObject | undefined): boolean {
  return (namespace?.['status'] as { phase?: string } | undefined)?.phase === 'Active';
}

/** Asks until it is so, the time is up (false) or the run is interrupted (throws). */
async function until(
  { clock, signal }: Pick<NamespaceInput, 'clock' | 'signal'>,
  patience: number,
  ask: () => Promise<boolean>,
): Promise<boolean> {
  const end = clock.ticks() + patience;
  for (;;) {
    if (signal.aborted) throw new Error('interrupted');
    if (await ask()) return true;
    if (clock.ticks() >= end) return false;
    await clock.sleep(STEP, signal);
  }
}
