import type { KubernetesObject } from '../model/kubernetes.ts';
import { FIND_PING } from './ping-command.ts';
import { CONTAINER, onNode } from './probe-pod.ts';

/** Tries of an awaited address; a silent one takes two seconds. */
const TRIES = 15;
/** The longest that a prober waits for replies before it begins: milliseconds. */
export const LONGEST_WAIT = TRIES * 2_000;

/**
 * A pod that was made a moment ago has routes a moment later: those who should answer are waited for, all at once, and then the command
 * runs whatever came. A ping that cannot even reach its own pod is not waited for. Beside it runs what the probe runs, its listener, so that
 * the pod can be its own witness too; that goes with the pod.
 */
const BEGIN = `w=$1; n=$2; ( ( exec >/dev/null 2>&1; eval "$3" ) & ); shift 3
${FIND_PING}
hears() { timeout 2 "$p" -n -c 1 -W 1 "$1" >/dev/null 2>&1; }
[ "$n" = 0 ] || hears 127.0.0.1 || w=0
i=0; while [ $i -lt $n ]; do i=$((i+1)); t=$1; shift
( j=0; while [ $j -lt $w ] && ! hears "$t"; do j=$((j+1)); sleep 1; done ) & done; wait; exec "$@"`;

/** What a pod that runs one command and ends is made of. */
export interface ProberOptions {
  name: string;
  command: readonly string[];
  awaited: readonly string[];
  /** The node that its probe runs on; undefined where that is not known. */
  node: string | undefined;
}

/** A pod like the probe, in the same networks, with the same routes, on the same node, that runs this command. */
export function prober(probe: KubernetesObject, { name, command, awaited, node }: ProberOptions): KubernetesObject {
  const spec = probe['spec'] as { containers: { name: string; command: string[] }[] };
  const own = spec.containers.find((container) => container.name === CONTAINER)!;
  const begin = ['sh', '-c', BEGIN, 'begin', String(TRIES), String(awaited.length), own.command.map(quoted).join(' ')];
  return {
    ...probe,
    metadata: { ...probe.metadata, name },
    spec: {
      ...spec,
      ...(node === undefined ? {} : { affinity: onNode(node) }),
      containers: [{ ...own, command: [...begin, ...awaited, ...command] }],
    },
  };
}

/** One word for a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
