import type { Fault, Says } from './fault.ts';

/** What the smoke test says of a fault, in a line; paths that are not named are ok. */
export function saysText({ paths, causes, largestPacket, echo, leftovers }: Says): string {
  const verdicts = paths.map(({ where, verdict }) => `${verdict} ${where}`);
  const largest = largestPacket ? ['with the largest packet that passes'] : [];
  const left = leftovers === 'always' ? ['its own pods, which could not be removed'] : [];
  const rungs = [...new Set(causes.map(({ rung, kind }) => (kind === undefined ? rung : `${rung} (${kind})`)))];
  const means = echo === undefined ? [] : [`ok everywhere, from the cluster by ${ECHO[echo]}`];
  const said = [...verdicts, ...largest, ...means, ...left];
  const because = rungs.length === 0 ? '' : `; cause: ${rungs.join(', ')}`;
  return said.length === 0 ? 'ok everywhere' : `${said.join(', ')}${because}`;
}

const ECHO = { 'ping-socket': 'ping', 'raw-socket': 'ping with NET_RAW', tcp: 'TCP alone' } as const;

/** The table of faults in Markdown, as the documentation has it. */
export function faultsTable(faults: readonly Fault[]): string {
  const rows = faults.map(
    ({ name, does, on, undone, says }) => `| \`${name}\` | ${does} | ${on} | ${undone} | ${saysText(says)} |`,
  );
  return ['| fault | what it does | on | undone | the smoke test says |', '|---|---|---|---|---|', ...rows, ''].join('\n');
}
