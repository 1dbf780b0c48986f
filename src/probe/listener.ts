import { formatAddress, parseAddress, unmapped } from '../declare/cidr.ts';

/** Where the listener of a probe waits, in its own network namespace. */
export const TCP_PORT = 20377;

/**
 * What the listener says to whoever connects: which pod it is, and the line of the kernel's table about this very connection, which has the
 * address that the packets came from. The socket is file 0 of the shell.
 */
const ANSWER = `i=$(ls -l /proc/self/fd/0); i=\${i##*[}; i=\${i%]*}; echo "#PEER $0 $(grep -h " $i " /proc/net/tcp /proc/net/tcp6)"`;

/** Each l of busybox' nc lets one more connection wait: sources connect at the same moment. */
const MANY = 'l'.repeat(64);

/** What a probe runs as long as it lives; without nc, or with one that cannot listen so, it just waits. */
export function waitingCommand(pod: string, seconds: number | undefined): string[] {
  const wait = seconds === undefined ? 'while :; do sleep 3600; done' : `exec sleep ${seconds}`;
  return ['sh', '-c', `nc -${MANY} -p ${TCP_PORT} -e sh -c "$1" "$0" >/dev/null 2>&1 & ${wait}`, pod, ANSWER];
}

/** How a connection to a listener went: who answered, and whom it saw. */
export type TcpAnswer = { result: 'connected'; pod: string; peer?: string } | { result: 'refused' | 'timeout' };

/** What nc has printed; undefined where that says nothing, as without nc. */
export function readAnswer(lines: readonly string[]): TcpAnswer | undefined {
  for (const line of lines) {
    const [mark, pod, ...fields] = line.trim().split(/\s+/);
    if (mark !== '#PEER' || pod === undefined || pod === '') continue;
    const peer = peerOf(fields[2] ?? '');
    return { result: 'connected', pod, ...(peer === undefined ? {} : { peer }) };
  }
  const text = lines.join(' ');
  if (/connection refused/i.test(text)) return { result: 'refused' };
  return /timed out/i.test(text) ? { result: 'timeout' } : undefined;
}

/**
 * The address in a field of /proc/net/tcp or tcp6: words of four bytes, each with its lowest byte first as amd64 and arm64 have it, then the
 * port. IPv4 in IPv6 (::ffff:0:0/96, RFC 4291) is IPv4.
 */
function peerOf(field: string): string | undefined {
  const hex = /^([0-9A-F]{8}|[0-9A-F]{32}):[0-9A-F]{4}$/.exec(field)?.[1];
  if (hex === undefined) return undefined;
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse());
  const value = BigInt(`0x${bytes.join('')}`);
  return formatAddress(unmapped({ family: bytes.length === 4 ? 'v4' : 'v6', value }));
}

/** Whether two texts are one address. */
export function isSameAddress(one: string, other: string): boolean {
  const [a, b] = [parseAddress(one), parseAddress(other)];
  return a !== undefined && b !== undefined && a.family === b.family && a.value === b.value;
}
