import type { SourceMap } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import { lastOf } from './pointer.ts';

/**
 * Rule schema: keys named __proto__. They are data here and an object's prototype to other readers of what is rendered, and the
 * schema's library passes over them.
 */
export function prototypeKeys(source: SourceMap): Finding[] {
  return Object.entries(source.keys)
    .filter(([path]) => lastOf(path) === '__proto__')
    .map(([, place]) => ({
      rule: 'schema',
      severity: 'error',
      file: source.file,
      ...place,
      message: 'key __proto__ is not possible: keys, those of labels too, begin with a letter or a digit',
      remedy: 'Correct the key.',
    }));
}
