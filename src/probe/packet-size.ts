import { FIND_PING } from './ping-command.ts';
import { fromEach, type RoundInput } from './ping-round.ts';
import type { Place } from './shell.ts';

/** A target that no packet of its source's largest size has reached: `link` is that size in bytes. */
export interface Narrow {
  address: string;
  link: number;
}

/** Milliseconds: a dozen steps, each of which waits a second and a bit where nothing passes. */
const DEADLINE = 40_000;

/**
 * Halves what is between the smallest packet that every IP link takes (RFC 791: 576 bytes with every receiver, RFC 8200: 1280) and the one
 * that did not pass, until it is known to the byte. A router that says what fits is believed by the kernel, not by this.
 */
const SCRIPT = `n=$1; shift; export LC_ALL=C
${FIND_PING}
for x in "$@"; do ( t=\${x%,*}; z=\${x#*,}; case "$t" in *:*) h=48; a=1280;; *) h=28; a=576;; esac
passes() { timeout 3 "$p" -n -q -M do -c 2 -i 0.2 -W 1 -s $(($1-h)) "$t" >/dev/null 2>&1; }
passes $a || exit
while [ $((z-a)) -gt 1 ]; do m=$(((a+z)/2)); if passes $m; then a=$m; else z=$m; fi; done
printf '%s\\tSIZE\\t%s\\n' "$t" "$a" ) & done; wait; echo "#END $# $n"`;

/** Bytes of the largest packet that passes, by pod and target; without an entry it is not known. Never throws. */
export async function largestPackets(
  sources: readonly (Place & { narrow: readonly Narrow[] })[],
  { shell, signal, run }: RoundInput,
): Promise<Map<string, Map<string, number>>> {
  const found = await fromEach(sources, async (source) => {
    const sentinel = `#END ${source.narrow.length} ${run}-size`;
    const targets = source.narrow.map(({ address, link }) => `${address},${link}`);
    const command = ['sh', '-c', SCRIPT, 'probe', `${run}-size`, ...targets];
    const awaited = source.narrow.map(({ address }) => address);
    const result = await shell.run(source, { command, sentinel, deadline: DEADLINE, awaited }, signal);
    return [source.pod, result.status === 'complete' ? readSizes(result.stdout) : new Map<string, number>()] as const;
  });
  return new Map(found);
}

/** Sizes by target. */
export function readSizes(stdout: string): Map<string, number> {
  const lines = stdout.split('\n').map((line) => line.split('\t'));
  return new Map(
    lines.flatMap(([target, kind, size]): [string, number][] =>
      target && kind === 'SIZE' && /^[1-9]\d{0,5}$/.test(size ?? '') ? [[target, Number(size)]] : [],
    ),
  );
}
