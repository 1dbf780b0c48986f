import { FIND_PING } from '../probe/ping-command.ts';

/** Seconds between two pings of a path. */
export const INTERVAL_SECONDS = 0.2;

/**
 * Pings each target until it is stopped. A line per reply (R, number of the target, sequence, time of day), which the shell writes at
 * once, so that a connection that is cut loses nothing that was told; and at the end how many were sent (S). `-D` is of iputils, which
 * the probe image has.
 */
const PING = `n=$1; i=$2; shift 2; export LC_ALL=C
${FIND_PING}
k=0; for t in "$@"; do k=$((k+1)); ( "$p" -D -n -i "$i" "$t" 2>&1 | while read -r l; do case $l in
*icmp_seq=*ttl=*) s=\${l#*icmp_seq=}; a=\${l%%]*}; echo "R $k \${s%% *} \${a#?}";;
*' packets transmitted'*) echo "S $k \${l%% *}";;
esac; done ) & done; wait; echo "#END $# $n"`;

/** Ends every ping of the container, whichever exec started it: each then says how many it has sent. */
const STOP = `for d in /proc/[0-9]*; do c=; read -r c 2>/dev/null <"$d/comm"; [ "$c" = ping ] && kill -INT "\${d#/proc/}"; done 2>/dev/null; echo "#END $1"`;

/** A command, and the last line of its output when nothing is missing. */
export interface Told {
  command: string[];
  sentinel: string;
}

/** Pings these targets until `stopCommand` ends it. */
export function pingOnCommand(targets: readonly string[], nonce: string): Told {
  return {
    command: ['sh', '-c', PING, 'probe', nonce, String(INTERVAL_SECONDS), ...targets],
    sentinel: `#END ${targets.length} ${nonce}`,
  };
}

/** Ends the pings of a container. */
export function stopCommand(nonce: string): Told {
  return { command: ['sh', '-c', STOP, 'probe', nonce], sentinel: `#END ${nonce}` };
}

/** An answer: its number, from 1, and when it came, milliseconds since the epoch. */
export interface Reply {
  sequence: number;
  at: number;
}

/** What a ping of one target has told. */
export interface ToldByPing {
  replies: Reply[];
  /** Absent: it did not come to its end. */
  sent?: number;
}

/** What the pings of a command have told, by their targets in order. Lines that are cut or not its own say nothing. */
export function readPings(stdout: string, targets: number): ToldByPing[] {
  const told = Array.from({ length: targets }, (): ToldByPing => ({ replies: [] }));
  for (const line of stdout.split('\n').slice(0, -1)) {
    const [, target, sequence, seconds] = /^R (\d{1,4}) (\d{1,9}) (\d{1,12}\.\d{1,9})$/.exec(line) ?? [];
    told[Number(target) - 1]?.replies.push({ sequence: Number(sequence), at: Number(seconds) * 1000 });
    const [, ended, sent] = /^S (\d{1,4}) (\d{1,9})$/.exec(line) ?? [];
    const own = told[Number(ended) - 1];
    if (own !== undefined) own.sent = Number(sent);
  }
  return told;
}
