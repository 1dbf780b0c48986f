import { type ComponentChildren, Fragment, h } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { pairKey } from '../../expectation/expect.ts';
import type { PairVerdict } from '../../model/smoke.ts';
import { changeWords } from '../../report/smoke-changes.ts';
import type { SmokePart } from '../page-data.ts';
import { Cause, toneOf } from './diagnoses.ts';
import { CHANGE_WORDS, endText, lookOf, lossText, msText } from './verdicts.ts';

interface Props {
  pair: PairVerdict | undefined;
  smoke: SmokePart;
  open(pair: PairVerdict | undefined): void;
}

/** What is known of one path, beside the matrix. The browser keeps the focus in it, closes it on Escape and gives the focus back. */
export function Evidence({ pair, smoke, open }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (pair !== undefined && dialog.current?.open === false) dialog.current.showModal();
  }, [pair]);
  return h(
    'dialog',
    {
      ref: dialog,
      'aria-labelledby': 'evidence-title',
      onClose: () => open(undefined),
      onClick: (event: MouseEvent) => event.target === dialog.current && dialog.current?.close(),
    },
    pair !== undefined && h(Content, { pair, smoke, open, close: () => dialog.current?.close() }),
  );
}

function Content({ pair, smoke, open, close }: Props & { pair: PairVerdict; close(): void }) {
  const { sign, name, word } = lookOf(pair);
  const key = pairKey(pair);
  const diagnosis = smoke.diagnoses.find(({ paths }) => paths.some((path) => pairKey(path) === key));
  const backKey = pairKey({ source: pair.target, target: pair.source, family: pair.family });
  const back = smoke.pairs.find((other) => pairKey(other) === backKey);
  return h(
    'div',
    { class: 'evidence' },
    h('h2', { id: 'evidence-title' }, `${endText(pair.source)} → ${endText(pair.target)}`),
    h(
      'p',
      { class: `badge word-${name}` },
      h('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
      word,
      pair.change === undefined ? '' : ` (${CHANGE_WORDS[pair.change]})`,
    ),
    h('p', null, pair.reason),
    h(
      'dl',
      null,
      facts(pair, smoke).map(([term, text]) => h(Fragment, null, h('dt', null, term), h('dd', null, text))),
    ),
    diagnosis !== undefined &&
      h('div', { class: `card tone-${toneOf(diagnosis)}` }, h('h3', null, 'Diagnosis'), h(Cause, { diagnosis })),
    h(
      'p',
      { class: 'actions' },
      back !== undefined && h('button', { type: 'button', onClick: () => open(back) }, `The way back: ${lookOf(back).word}`),
      h('button', { type: 'button', onClick: close }, 'Close'),
    ),
  );
}

const EXPECTED: Record<PairVerdict['expected'], string> = {
  reach: 'reaches it',
  block: 'does not reach it',
  unspecified: 'nothing',
};

const LOST: Record<NonNullable<PairVerdict['lost']>, string> = {
  requests: 'requests: they never came to the target',
  replies: 'replies: requests came to the target, its replies did not come back',
};

const TCP: Record<NonNullable<PairVerdict['tcp']>['result'], string> = {
  connected: 'connected',
  refused: 'refused',
  timeout: 'no answer in time',
  'wrong-peer': 'somebody else answered',
};

const MEANS: Record<SmokePart['means'][number]['means'], string> = { exec: 'exec in the probe', logs: 'the log of the probe' };

const ECHO: Record<SmokePart['means'][number]['echo'], string> = {
  'ping-socket': 'a ping socket',
  'raw-socket': 'a raw socket',
  tcp: 'TCP alone',
};

function facts(pair: PairVerdict, { means }: SmokePart): [string, ComponentChildren][] {
  const { rttMs, tcp, mtu, lost, sent, received } = pair;
  const by = means.find(({ cluster }) => cluster === pair.source.cluster);
  return [
    ['Family', `IP${pair.family}`],
    ['Expected', EXPECTED[pair.expected]],
    ['Packets', sent === 0 ? 'none were sent' : `${received} of ${sent} answered, ${lossText(pair)} lost`],
    ...fact('Lost way', lost && LOST[lost]),
    ...fact('Round trip', rttMs && roundTrip(rttMs)),
    ...fact('TCP', tcp && `${TCP[tcp.result]}${tcp.seenAs === undefined ? '' : `, seen as ${tcp.seenAs}`}`),
    ...fact('Largest packet', mtu === undefined ? undefined : `${mtu} bytes pass without being fragmented`),
    ...fact('Change', changeWords(pair)),
    ...fact('Measured by', by && `${MEANS[by.means]}, ${ECHO[by.echo]}${by.reason === undefined ? '' : `: ${by.reason}`}`),
  ];
}

function fact(term: string, text: string | undefined): [string, string][] {
  return text === undefined ? [] : [[term, text]];
}

function roundTrip({ min, median, p95, jitter }: NonNullable<PairVerdict['rttMs']>): string {
  const more = jitter === undefined ? '' : `, jitter ${msText(jitter)}`;
  return `median ${msText(median)}, least ${msText(min)}, p95 ${msText(p95)}${more}`;
}
