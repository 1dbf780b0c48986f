import { h } from 'preact';
import { isUnjudged } from '../../expectation/smoke-document.ts';
import type { PairVerdict } from '../../model/smoke.ts';
import { changeWords, pathsToMention } from '../../report/smoke-changes.ts';
import { pairsToExplain } from '../../report/smoke-matrix.ts';
import { counted } from '../../report/words.ts';
import { Section } from './section.ts';
import { endText, lookOf } from './verdicts.ts';

/** So many are listed; the matrix has all of them. */
const MOST = 200;

interface Props {
  pairs: readonly PairVerdict[];
  open(pair: PairVerdict): void;
}

/** Paths that are not as declared or not known, as lists: they are what is printed. */
export function WrongPaths({ pairs, open }: Props) {
  const document = { pairs: [...pairs] };
  const wrong = pairsToExplain(document);
  const mentioned = pathsToMention(document).filter(({ verdict }) => verdict === 'ok');
  if (wrong.length + mentioned.length === 0) return null;
  const failed = wrong.filter(({ verdict }) => !isUnjudged(verdict));
  const unjudged = wrong.filter(({ verdict }) => isUnjudged(verdict));
  return h(
    Section,
    { id: 'paths', title: 'Paths to look at' },
    h(List, { title: `${counted(failed.length, 'path')} not as declared`, pairs: failed, isOpen: true, open }),
    h(List, { title: `${counted(unjudged.length, 'path')} not judged`, pairs: unjudged, isOpen: failed.length === 0, open }),
    h(List, { title: `${counted(mentioned.length, 'path')} repaired or slower`, pairs: mentioned, isOpen: true, open }),
  );
}

function List({ title, pairs, isOpen, open }: Props & { title: string; isOpen: boolean }) {
  if (pairs.length === 0) return null;
  return h(
    'details',
    { open: isOpen },
    h('summary', null, title),
    h(
      'div',
      { class: 'scroll', tabIndex: 0, role: 'region', 'aria-label': title },
      h(
        'table',
        { class: 'list' },
        h(
          'thead',
          null,
          h(
            'tr',
            null,
            ['Verdict', 'From', 'To', 'Family', 'Why'].map((name) => h('th', { scope: 'col' }, name)),
          ),
        ),
        h(
          'tbody',
          null,
          pairs.slice(0, MOST).map((pair) => row(pair, open)),
        ),
      ),
    ),
    pairs.length > MOST && h('p', { class: 'muted' }, `${pairs.length - MOST} more: the matrix has all of them.`),
  );
}

function row(pair: PairVerdict, open: Props['open']) {
  const { sign, name, word } = lookOf(pair);
  const change = changeWords(pair);
  return h(
    'tr',
    null,
    h(
      'td',
      null,
      h(
        'button',
        { type: 'button', class: `plain word-${name}`, onClick: () => open(pair) },
        h('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
        word,
      ),
    ),
    h('td', null, endText(pair.source)),
    h('td', null, endText(pair.target)),
    h('td', null, `IP${pair.family}`),
    h('td', null, change === undefined ? pair.reason : `${pair.reason}; ${change}`),
  );
}
