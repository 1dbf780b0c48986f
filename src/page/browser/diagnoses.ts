import { h } from 'preact';
import { pairKey } from '../../expectation/expect.ts';
import type { Diagnosis } from '../../model/smoke.ts';
import { counted } from '../../report/words.ts';
import type { Tone } from '../page-data.ts';
import type { Filter } from './filter.ts';
import { Section } from './section.ts';

interface Props {
  diagnoses: readonly Diagnosis[];
  narrow(part: Partial<Filter>): void;
}

/** Why paths are red, once for all that have the cause. */
export function Diagnoses({ diagnoses, narrow }: Props) {
  if (diagnoses.length === 0) return null;
  return h(
    Section,
    { id: 'diagnoses', title: counted(diagnoses.length, 'diagnosis', 'diagnoses') },
    h(
      'ol',
      { class: 'cards' },
      diagnoses.map((diagnosis) =>
        h(
          'li',
          { class: `card tone-${toneOf(diagnosis)}` },
          h(Cause, { diagnosis }),
          h(
            'button',
            {
              type: 'button',
              onClick: () => narrow({ only: { title: diagnosis.cause, paths: new Set(diagnosis.paths.map(pairKey)) } }),
            },
            `Show its ${counted(diagnosis.paths.length, 'path')}`,
          ),
        ),
      ),
    ),
  );
}

/** A cause that fails no path is worth a look, no more. */
export function toneOf({ severity }: Diagnosis): Tone {
  return severity === 'warning' ? 'warn' : 'bad';
}

/** The cause, and the command to look at it. */
export function Cause({ diagnosis: { rung, severity, cause, object, command } }: { diagnosis: Diagnosis }) {
  return h(
    'div',
    null,
    h(
      'p',
      null,
      h('span', { class: 'tag' }, rung),
      severity !== undefined && h('span', { class: 'tag' }, severity),
      h('strong', null, cause),
    ),
    command !== undefined &&
      h(
        'p',
        null,
        object === undefined ? 'Look at it: ' : `Look at it on ${object.cluster}: `,
        h('code', { class: 'command' }, command),
      ),
  );
}
