import type { Family } from '../model/fleet.ts';

/** How a target is pinged: packets, and seconds after which a ping is stopped whatever it does. */
export interface PingOptions {
  count: number;
  bound: number;
}

export const MEASURE: PingOptions = { count: 5, bound: 8 };
/** Of five packets one tells nothing about how many are lost: where some are, these are sent too. */
export const MORE: PingOptions = { count: 45, bound: 14 };
export const SETTLE: PingOptions = { count: 1, bound: 4 };

/** Commands travel in a URL; proxies cut those far above 6 KB. */
const LONGEST_TARGETS = 4_500;

/**
 * All targets in parallel, each line prefixed with its target and the exit code of its ping. `-c` without `-w`: with it ping sends until
 * enough replies came, which hides loss. The path of ping is looked up since a busybox `timeout` prefers its own ping, which needs a raw
 * socket. The last line proves that nothing was cut off.
 */
const SCRIPT = `c=$1; b=$2; n=$3; shift 3; export LC_ALL=C
for p in /usr/bin/ping /bin/ping /usr/sbin/ping /sbin/ping ping; do [ -x "$p" ] && break; done
for t in "$@"; do ( o=$(timeout "$b" "$p" -n -c "$c" -i 0.2 -W 1 "$t" 2>&1); r=$?
printf '%s\\n' "$o" | sed "s|^|$t	$r	|" ) & done; wait; echo "#END $# $n"`;

/** The command for these targets, and the last line that it prints when nothing is missing. */
export function pingCommand(
  targets: readonly string[],
  nonce: string,
  options: PingOptions,
): { command: string[]; sentinel: string } {
  return {
    command: ['sh', '-c', SCRIPT, 'probe', String(options.count), String(options.bound), nonce, ...targets],
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
