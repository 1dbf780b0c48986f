import type { Condition } from '../model/outcome.ts';
import type { Outputs } from '../verbs/outputs.ts';
import { EXIT_CODES, exitCode } from './exit.ts';

/** result and exit-code: the word and the number for the condition that decides. With changes `changed` is true, whoever counts them. */
export function endOutputs(conditions: readonly Condition[]): Outputs {
  const deciding = EXIT_CODES.find(([condition]) => conditions.includes(condition))?.[0];
  return {
    result: deciding ?? 'ok',
    'exit-code': String(exitCode(conditions)),
    ...(conditions.includes('changes') ? { changed: 'true' } : {}),
  };
}
