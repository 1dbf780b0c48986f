/**
 * The loss that the smoke test reports is what the firewall has dropped, packet for packet: node test/soak/loss.ts; COUNT: how many runs (50), LAB: a lab that is up.
 * Ends with 1 where it is not.
 */
import { inspect } from 'node:util';
import { endsOf, placesIn } from '../../lab/faults/scene.ts';
import { isThere } from '../../lab/faults/where.ts';
import { type FaultLab, startFaultLab } from './fault-lab.ts';
import { say } from './lab-run.ts';

const FAULT = 'echo-loss';
/** Below a fifth the few packets that are measured first may all pass, above two thirds none may. */
const PERCENT = [20, 25, 30, 40, 50, 60];
const count = Number(process.env['COUNT'] ?? 50);

interface Tallied {
  sent: number;
  lost: number;
}

/** What the report says of the path from A to B, and what the node has counted of its pings. */
async function measured(there: FaultLab, percent: number): Promise<{ reported: Tallied; counted: Tallied }> {
  await there.inject(FAULT, '--percent', `${percent}`);
  try {
    const { pairs } = await there.smoke();
    const ends = endsOf(placesIn(there.fleet));
    const pair = pairs.find((each) => isThere('from A to B', each, ends, pairs));
    const { faults } = await there.faults();
    const counters = faults.find(({ name }) => name === FAULT)?.inForce?.counters ?? [];
    const sum = (of: keyof Tallied) => counters.reduce((total, { series }) => total + (series?.[of] ?? 0), 0);
    const { sent = 0, received = 0 } = pair ?? {};
    return { reported: { sent, lost: sent - received }, counted: { sent: sum('sent'), lost: sum('lost') } };
  } finally {
    await there.undo();
  }
}

try {
  await using there = await startFaultLab();
  say('the guide is attached');
  let wrong = 0;
  for (let run = 0; run < count; run++) {
    const percent = PERCENT[run % PERCENT.length]!;
    const { reported, counted } = await measured(there, percent);
    const same = reported.sent === counted.sent && reported.lost === counted.lost && reported.lost > 0;
    if (!same) wrong++;
    const text = `${percent} %: ${reported.lost} of ${reported.sent} are said to be lost, ${counted.lost} of ${counted.sent} were dropped`;
    say(`  ${text}${same ? '' : ' (false)'}`);
  }
  say(`loss against the counter: ${count} runs, ${wrong} false`);
  if (wrong > 0) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${inspect(error)}\n`);
  process.exitCode = 1;
}
