import type { FilePosition, Finding } from '../model/finding.ts';

/**
 * Rule schema: keys named __proto__. They are data here and an object's prototype to other readers of what is rendered, and the
 * schema's library passes over them.
 */
export function prototypeKeyFindings(places: readonly FilePosition[]): Finding[] {
  return places.map((place) => ({
    rule: 'schema',
    severity: 'error',
    ...place,
    message: 'key __proto__ is not possible: keys, those of labels too, begin with a letter or a digit',
    remedy: 'Correct the key.',
  }));
}
