/**
 * Every fault of the lab, judged by the smoke test: node test/soak/faults.ts [FAULT…]; COUNT: how often each (1), LAB: a lab that is up. Ends with 1 where a
 * verdict or a cause is not what the table of faults says, where something is left, or where undoing leaves something to plan.
 */

import { inspect } from 'node:util';
import type { Act, Fault } from '../../lab/faults/fault.ts';
import { endsOf, placesIn } from '../../lab/faults/scene.ts';
import { FAULTS } from '../../lab/faults/table.ts';
import { whatIsFalse } from '../support/judge-fault.ts';
import { type FaultLab, startFaultLab } from './fault-lab.ts';
import { expected, say } from './lab-run.ts';

const BYTES = 1300;
const count = Number(process.env['COUNT'] ?? 1);
const words = process.argv.slice(2);
const chosen = FAULTS.filter(({ name }) => words.length === 0 || words.includes(name));

/** What was false in one run. */
async function judged(there: FaultLab, fault: Fault): Promise<string[]> {
  const injected = await there.inject(fault.name);
  const document = await there.smoke().finally(() => there.undo());
  const found = whatIsFalse(document, {
    fault,
    ends: endsOf(placesIn(there.fleet)),
    objects: injected.acts.flatMap(namesOf),
    bytes: BYTES,
  });
  await there.calm();
  // Fields of others, and what nobody declared, would be planned.
  if (injected.acts.some((act) => act.do === 'change' || act.do === 'create')) expected(await there.run('plan'), 0);
  return found;
}

/** Of the objects that a fault is about. */
function namesOf(act: Act): string[] {
  if (act.do === 'change') return [act.name];
  if (act.do === 'create') return [act.object.metadata.name];
  return act.do === 'stop' ? [act.node] : [];
}

try {
  await using there = await startFaultLab();
  say(`the guide is attached`);
  for (const fault of chosen) {
    const wrong: string[][] = [];
    const started = performance.now();
    for (let run = 0; run < count; run++) {
      const found = await judged(there, fault);
      if (found.length > 0) wrong.push(found);
    }
    const seconds = ((performance.now() - started) / 1000 / count).toFixed(0);
    say(`${fault.name}: ${count} runs, ${wrong.length} false, ${seconds} s each`);
    for (const text of wrong.flat()) process.stderr.write(`  ${text}\n`);
    if (wrong.length > 0) process.exitCode = 1;
  }
  const after = await there.smoke();
  const red = after.pairs.filter(({ verdict }) => verdict !== 'ok');
  if (red.length > 0) throw new Error(`after all faults were undone: ${inspect(red[0])}`);
} catch (error) {
  process.stderr.write(`${inspect(error)}\n`);
  process.exitCode = 1;
}
