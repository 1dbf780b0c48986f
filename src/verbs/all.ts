import { apply } from './apply/verb.ts';
import { diagnose } from './diagnose/verb.ts';
import { doctor } from './doctor/verb.ts';
import { drift } from './drift/verb.ts';
import { explain } from './explain/verb.ts';
import { importFleet } from './import/verb.ts';
import { init } from './init/verb.ts';
import { lab } from './lab/verb.ts';
import { plan } from './plan/verb.ts';
import { propose } from './propose/verb.ts';
import { rehearse } from './rehearse/verb.ts';
import { render } from './render/verb.ts';
import { smoke } from './smoke/verb.ts';
import { validate } from './validate/verb.ts';
import type { Verb } from './verb.ts';

/** Every command, in the order in which a fleet meets them. All that the program, the Action and the docs list of commands is read from here. */
export const VERBS: readonly Verb[] = [
  validate,
  render,
  plan,
  propose,
  apply,
  smoke,
  diagnose,
  drift,
  init,
  doctor,
  importFleet,
  explain,
  rehearse,
  lab,
];

/** The command of a name; undefined: there is none. */
export function verbNamed(name: string): Verb | undefined {
  return VERBS.find((verb) => verb.name === name);
}
