import type { Family } from '../model/fleet.ts';
import { TCP_PORT } from './listener.ts';

/** How a target is pinged: packets, and seconds after which a ping is stopped whatever it does. */
export interface PingOptions {
  count: number;
  bound: number;
  /** Bytes that a packet carries. Packets that settle have another size, so that a firewall can count those that are measured. */
  size: number;
  /** Whether a TCP connection and the largest packet are tried beside it. */
  look?: true;
}

/** What ping sends unless told otherwise: 84 bytes of IPv4. */
const USUAL_SIZE = 56;
export const MEASURE: PingOptions = { count: 5, bound: 8, size: USUAL_SIZE, look: true };
/** Of five packets one tells nothing about how many are lost: where some are, these are sent too. */
export const MORE: PingOptions = { count: 45, bound: 14, size: USUAL_SIZE };
export const SETTLE: PingOptions = { count: 1, bound: 4, size: 24 };
/** The same for probes that cannot ping. */
export const SETTLE_TCP: PingOptions = { ...SETTLE, bound: 6, look: true };

/** Commands travel in a URL; proxies cut those far above 6 KB. */
const LONGEST_TARGETS = 3_800;

/** Shell: the path of ping in $p. It is looked up since a busybox `timeout` prefers its own ping, which needs a raw socket. */
export const FIND_PING = 'for p in /usr/bin/ping /bin/ping /usr/sbin/ping /sbin/ping ping; do [ -x "$p" ] && break; done';

/**
 * All targets in parallel, each line prefixed with its target and the exit code of its ping. `-c` without `-w`: with it ping sends until
 * enough replies came, which hides loss. The path of ping is looked up since a busybox `timeout` prefers its own ping, which needs a raw
 * socket. After it, so that nothing disturbs its times, if asked for: whether the target's listener answers (tried again where nobody answered at all), and whether a packet
 * passes that is as large as the link allows; what that is says the refusal of one that is larger than any. The last line proves that
 * nothing was cut off.
 */
const SCRIPT = `c=$1; b=$2; s=$3; l=$4; n=$5; shift 5; export LC_ALL=C
${FIND_PING}
for t in "$@"; do ( o=$(timeout "$b" "$p" -n -c "$c" -i 0.2 -W 1 -s "$s" "$t" 2>&1); r=$?
printf '%s\\n' "$o" | sed "s|^|$t	$r	|"; [ "$l" = 1 ] || exit
[ $r = 0 ] && k='2 2' || k=1; for w in $k; do o=$(timeout 4 nc -w $w "$t" ${TCP_PORT} </dev/null 2>&1); case "$o" in *'timed out'*) ;; *) break;; esac; done
printf '%s\\n' "$o" | sed "s|^|$t	TCP	|"
[ $r = 0 ] || exit; case "$t" in 127.0.0.1|::1) exit;; *:*) h=48;; *) h=28;; esac
m=$("$p" -n -M do -c 1 -W 1 -s 65000 "$t" 2>&1 | sed -n 's/.*mtu[=: ]*\\([0-9]*\\).*/\\1/p'); set -- $m; m=$1
[ -n "$m" ] && [ "$m" -gt "$h" ] || exit
timeout 4 "$p" -n -q -M do -c 3 -i 0.2 -W 1 -s $((m-h)) "$t" >/dev/null 2>&1; printf '%s\\tMTU\\t%s\\t%s\\n' "$t" "$m" $? ) &
done; wait; echo "#END $# $n"`;

/** The command for these targets, and the last line that it prints when nothing is missing. */
export function pingCommand(
  targets: readonly string[],
  nonce: string,
  { count, bound, size, look }: PingOptions,
): { command: string[]; sentinel: string } {
  return {
    command: ['sh', '-c', SCRIPT, 'probe', ...[count, bound, size, look ? 1 : 0].map(String), nonce, ...targets],
    sentinel: `#END ${targets.length} ${nonce}`,
  };
}

/** Targets in portions that fit a URL. */
export function portions(targets: readonly string[]): string[][] {
  const all: string[][] = [];
  let length = 0;
  for (const target of targets) {
    const cost = encodeURIComponent(target).length + '&command='.length;
    const last = all.at(-1);
    if (last === undefined || length + cost > LONGEST_TARGETS) {
      all.push([target]);
      length = cost;
    } else {
      last.push(target);
      length += cost;
    }
  }
  return all;
}

/** The address by which a pod reaches itself. */
export const LOOPBACK: Record<Family, string> = { v4: '127.0.0.1', v6: '::1' };
