import fc from 'fast-check';
import { isCertainlyUnchanged } from '../../src/plan/ownership.ts';
import { sample, sampleSpec, variation, varied } from './list-types.ts';
import { apply, created, meaning, shown } from './simulated-apply.ts';

/** Managers that apply in turn; ours is the last before the plan unless somebody meddled. */
const history = fc.array(fc.record({ manager: fc.constantFrom('cn2-fleet', 'another', 'kubectl'), spec: sampleSpec }), {
  maxLength: 3,
});

/**
 * Objects with a history of applies, and what is declared of them then: "unchanged" is said only where one more apply changes neither
 * content nor ownership. Throws with the smallest object of which it is said wrongly. Counts both answers.
 */
export async function checkUnchanged(numRuns: number, seed: number): Promise<{ unchanged: number; doubts: number }> {
  const total = { unchanged: 0, doubts: 0 };
  const property = fc.property(history, sampleSpec, history, variation, (before, ours, after, how) => {
    let object = created();
    for (const { manager, spec } of before) object = apply(object, manager, spec);
    object = apply(object, 'cn2-fleet', ours);
    for (const { manager, spec } of after) object = apply(object, manager, spec);
    const wanted = varied(ours, how);
    const live = shown(object, { name: 'x', namespace: 'default', uid: 'u', resourceVersion: '1' });
    if (!isCertainlyUnchanged(sample('x', wanted), live)) {
      total.doubts += 1;
      return;
    }
    total.unchanged += 1;
    const [was, is] = [meaning(object), meaning(apply(object, 'cn2-fleet', wanted))];
    if (was !== is) throw new Error(`an apply makes ${is} of ${was}`);
  });
  fc.assert(property, { numRuns, seed });
  return total;
}
