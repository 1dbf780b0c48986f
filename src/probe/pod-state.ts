import type { KubernetesObject } from '../model/kubernetes.ts';
import { type Addresses, addressesOf } from './addresses.ts';
import type { Probe } from './probes.ts';

export type PodState =
  | { state: 'starting'; detail: string }
  | { state: 'ready'; addresses: Addresses }
  | { state: 'failed'; reason: string };

/** Reasons of a waiting container that do not go away while a test waits for them. */
const HOPELESS = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'RegistryUnavailable',
  'ImageInspectError',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'CrashLoopBackOff',
]);

/** As the kernel says it of a program, a runtime of what a registry offers. */
const OTHER_PLATFORM = /exec format error|no match for platform|no matching manifest for/;

interface ContainerStatus {
  state?: {
    waiting?: { reason?: string; message?: string };
    running?: object;
    terminated?: { exitCode?: number; reason?: string; message?: string };
  };
}

interface Status {
  phase?: string;
  reason?: string;
  message?: string;
  conditions?: { type: string; status: string; reason?: string; message?: string }[];
  initContainerStatuses?: ContainerStatus[];
  containerStatuses?: ContainerStatus[];
}

/** What a probe pod is: ready once its container runs and its addresses of all needed families are known. */
export function judgePod(pod: KubernetesObject, probe: Probe): PodState {
  const status = (pod['status'] ?? {}) as Status;
  const node = (pod['spec'] as { nodeName?: string } | undefined)?.nodeName;
  const where = node === undefined ? '' : ` on node ${node}`;
  if (pod.metadata.deletionTimestamp !== undefined) return { state: 'failed', reason: `the probe was deleted${where}` };
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const ended = containers.find((entry) => (entry.state?.terminated?.exitCode ?? 0) !== 0)?.state?.terminated;
  if (ended) {
    const why = ended.message?.trim() || ended.reason || `exit code ${ended.exitCode}`;
    if (OTHER_PLATFORM.test(why)) return { state: 'failed', reason: otherPlatform(where, why) };
    return { state: 'failed', reason: `the probe could not be set up${where}: ${oneLine(why)}` };
  }
  if (status.phase === 'Failed' || status.phase === 'Succeeded') {
    return { state: 'failed', reason: `the probe ended${where}: ${oneLine(status.message ?? status.reason ?? status.phase)}` };
  }
  const waiting = containers.map((entry) => entry.state?.waiting).find((entry) => entry !== undefined);
  if (waiting?.reason !== undefined && HOPELESS.has(waiting.reason)) {
    if (OTHER_PLATFORM.test(waiting.message ?? ''))
      return { state: 'failed', reason: otherPlatform(where, waiting.message ?? '') };
    return { state: 'failed', reason: `${waiting.reason}${where}: ${oneLine(waiting.message ?? 'no message')}` };
  }
  if (status.containerStatuses?.[0]?.state?.running) {
    const addresses = addressesOf(pod, probe);
    const missing = probe.families.filter((family) => addresses[family] === undefined);
    if (missing.length === 0) return { state: 'ready', addresses };
    return { state: 'starting', detail: `no IP${missing.join(' and IP')} address${network(probe)} yet${where}` };
  }
  const scheduled = status.conditions?.find((entry) => entry.type === 'PodScheduled');
  if (scheduled?.status === 'False') {
    return { state: 'starting', detail: `not scheduled: ${oneLine(scheduled.message ?? scheduled.reason ?? 'no reason given')}` };
  }
  return { state: 'starting', detail: `${waiting?.reason ?? status.phase ?? 'Pending'}${where}` };
}

function otherPlatform(where: string, message: string): string {
  return `the probe image is made for another platform${where}: ${oneLine(message)}`;
}

function network(probe: Probe): string {
  return probe.network === undefined ? '' : ` in ${probe.network.centralName}`;
}

/** Messages come from registries and runtimes and go to a terminal: one line, nothing that moves a cursor. */
function oneLine(text: string): string {
  return text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 300);
}
