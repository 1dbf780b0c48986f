import type { Measurement } from '../model/smoke.ts';
import type { Addresses } from './addresses.ts';
import { readAnswer, type TcpAnswer } from './listener.ts';
import { readPings } from './ping-output.ts';

/** What one source saw of one target in a round. */
export interface Observation {
  ping: Measurement;
  /** Absent: not tried, or nothing that connects is in the image. */
  tcp?: TcpAnswer;
  /** Bytes of the largest packet that the source's link takes, and whether one of that size was answered. */
  link?: { mtu: number; passes: boolean };
  /** Of who has seen it; absent: the probe itself. */
  from?: Addresses;
}

/** What one run of the ping command says about each target: `stderr` says why where nothing else does. */
export function readObservations(stdout: string, targets: readonly string[], stderr = ''): Map<string, Observation> {
  const told = new Map(targets.map((target) => [target, { tcp: [] as string[], mtu: [] as string[][] }]));
  for (const line of stdout.split('\n')) {
    const [target, kind, ...text] = line.split('\t');
    const of = told.get(target ?? '');
    if (kind === 'TCP') of?.tcp.push(text.join('\t'));
    if (kind === 'MTU') of?.mtu.push(text);
  }
  return new Map(
    [...readPings(stdout, targets, stderr)].map(([target, ping]) => {
      const { tcp: lines = [], mtu = [] } = told.get(target) ?? {};
      const [tcp, link] = [readAnswer(lines), linkOf(mtu)];
      return [target, { ping, ...(tcp === undefined ? {} : { tcp }), ...(link === undefined ? {} : { link }) }];
    }),
  );
}

function linkOf([first]: readonly (readonly string[])[]): Observation['link'] {
  const [mtu, code] = first ?? [];
  if (mtu === undefined || code === undefined || !/^[1-9]\d{0,5}$/.test(mtu) || !/^\d{1,3}$/.test(code)) return undefined;
  return { mtu: Number(mtu), passes: code === '0' };
}
