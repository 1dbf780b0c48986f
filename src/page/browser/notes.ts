import { Fragment, h } from 'preact';
import type { Finding } from '../../model/finding.ts';
import { placeText } from '../../report/findings-order.ts';
import type { Note, Tone } from '../page-data.ts';
import { Section } from './section.ts';

/** A tone is told by its sign as well as by its colour. */
export const NOTE_SIGNS: Record<Tone, string> = { good: '✓', bad: '✕', warn: '!', unknown: '?' };

export function Notes({ notes }: { notes: readonly Note[] }) {
  return h(
    Fragment,
    null,
    notes.map(({ tone, title, lines }) =>
      h(
        'div',
        { class: `note tone-${tone}` },
        h('span', { class: 'sign', 'aria-hidden': 'true' }, NOTE_SIGNS[tone]),
        h(
          'div',
          null,
          title && h('h2', null, title),
          lines.length > 0 &&
            h(
              'ul',
              null,
              lines.map((line) => h('li', null, line)),
            ),
        ),
      ),
    ),
  );
}

const TONES: Record<Finding['severity'], Tone> = { error: 'bad', warning: 'warn', info: 'unknown' };

export function Findings({ findings }: { findings: readonly Finding[] }) {
  if (findings.length === 0) return null;
  return h(
    Section,
    { id: 'findings', title: 'Findings' },
    h(
      'ul',
      { class: 'cards' },
      findings.map((finding) =>
        h(
          'li',
          { class: `card tone-${TONES[finding.severity]}` },
          h(
            'p',
            null,
            h('span', { class: 'sign', 'aria-hidden': 'true' }, NOTE_SIGNS[TONES[finding.severity]]),
            h('strong', null, `${finding.severity} ${finding.rule}: `),
            finding.message,
          ),
          placeText(finding) !== '' && h('p', { class: 'muted' }, placeText(finding)),
          finding.remedy !== '' && h('p', null, `What to do: ${finding.remedy}`),
          (finding.related ?? []).map((other) => h('p', { class: 'muted' }, `${placeText(other)}: ${other.message}`)),
        ),
      ),
    ),
  );
}
