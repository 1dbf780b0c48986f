import type { KubernetesObject } from '../model/kubernetes.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { fieldsOf } from './json-nodes.ts';

/** Why a kubelet has no image: the reasons of its containers' waiting states. */
const PULL_REASONS = new Set(['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'ImageInspectError']);
/** Waiting states that every pod passes through. */
const ORDINARY_REASONS = new Set(['', 'ContainerCreating', 'PodInitializing']);
/** How a resolver's failure reads in what container runtimes say (Go's net package, glibc). */
const NO_RESOLVER = /no such host|server misbehaving|lookup \S+(?: on \S+)?: .*(?:timeout|refused)|name resolution/i;
const SHOWN_NODES = 3;
const LONGEST_MESSAGE = 200;

interface Cause {
  /** Most telling first: 0 node DNS, 1 image, 2 container, 3 scheduling. */
  rank: number;
  /** What several pods may have in common. */
  what: string;
  /** The first pod's own words. */
  detail: string;
  node: string;
}

/**
 * Why pods do not run, as sentences without full stop: a node whose resolver is lost, an image that cannot be pulled, a container that
 * ends again, a pod that fits on no node. In this order, since the first of them cause the others; what pods have in common is said once.
 */
export function podCauses(pods: readonly KubernetesObject[]): string[] {
  const groups = new Map<string, { cause: Cause; nodes: Set<string> }>();
  const causes = pods.flatMap(causesOf).sort((a, b) => a.rank - b.rank || (a.what < b.what ? -1 : 1));
  for (const cause of causes) {
    const group = groups.get(cause.what) ?? { cause, nodes: new Set<string>() };
    if (cause.node !== '') group.nodes.add(cause.node);
    groups.set(cause.what, group);
  }
  return [...groups.values()].map(({ cause: { what, detail }, nodes }) => {
    const names = [...nodes].sort();
    const more = names.length > SHOWN_NODES ? ` and ${names.length - SHOWN_NODES} more` : '';
    const where = names.length === 0 ? '' : ` on ${names.slice(0, SHOWN_NODES).join(', ')}${more}`;
    return `${what}${where} (${detail})`;
  });
}

function causesOf(pod: KubernetesObject): Cause[] {
  const status = fieldsOf(pod, 'status');
  const node = textOf(fieldsOf(pod, 'spec')['nodeName']);
  const title = objectTitle(refOf(pod));
  const containers = [status['initContainerStatuses'], status['containerStatuses']].flatMap((list) =>
    Array.isArray(list) ? list.map((entry) => fieldsOf(entry)) : [],
  );
  const waiting = containers.flatMap((container) => waitingCause(container, title, node));
  if (waiting.length > 0) return waiting;
  const conditions = Array.isArray(status['conditions']) ? status['conditions'].map((entry) => fieldsOf(entry)) : [];
  const unscheduled = conditions.find(({ type, status: value }) => type === 'PodScheduled' && value === 'False');
  if (unscheduled === undefined) return [];
  const message = textOf(unscheduled['message']) || textOf(unscheduled['reason']);
  return [{ rank: 3, what: `no node takes ${title}`, detail: shortened(message), node: '' }];
}

function waitingCause(container: Record<string, unknown>, title: string, node: string): Cause[] {
  const { reason: word, message: words } = fieldsOf(container, 'state', 'waiting');
  const [reason, message] = [textOf(word), textOf(words)];
  if (ORDINARY_REASONS.has(reason)) return [];
  if (!PULL_REASONS.has(reason)) {
    const code = fieldsOf(container, 'lastState', 'terminated')['exitCode'];
    const ended = typeof code === 'number' ? `, exit code ${code}` : '';
    const what = `container ${textOf(container['name'])} of ${title} does not run: ${reason}${ended}`;
    return [{ rank: 2, what, detail: shortened(message || reason), node }];
  }
  const image = textOf(container['image']);
  const detail = `${title}: ${shortened(message || reason)}`;
  if (NO_RESOLVER.test(message)) {
    const what =
      'names are not resolved (the resolver of a node can be lost when vhost0 takes its interface; see /etc/resolv.conf)';
    return [{ rank: 0, what, detail, node }];
  }
  return [{ rank: 1, what: `image ${image} cannot be pulled`, detail, node }];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The end of what a runtime says names the cause; its beginning repeats the image. */
function shortened(message: string): string {
  return message.length <= LONGEST_MESSAGE ? message : `… ${message.slice(-LONGEST_MESSAGE)}`;
}
