import { Fragment, h } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { PairVerdict } from '../../model/smoke.ts';
import type { PageData } from '../page-data.ts';
import { Changes } from './changes.ts';
import { Diagnoses } from './diagnoses.ts';
import { Drawing } from './drawing.ts';
import { Evidence } from './evidence.ts';
import { EVERYTHING, type Filter } from './filter.ts';
import { Matrices } from './matrices.ts';
import { Findings, NOTE_SIGNS, Notes } from './notes.ts';
import { Section } from './section.ts';
import { WrongPaths } from './wrong-paths.ts';

/** All of a page: the verdict first, then why, then everything. */
export function Page({ data }: { data: PageData }) {
  const [filter, setFilter] = useState<Filter>(EVERYTHING);
  const [shown, setShown] = useState<PairVerdict>();
  const { smoke, topology, changes } = data;
  // The evidence opens without the thousands of cells behind it being made again.
  const body = useMemo(() => {
    const narrow = (part: Partial<Filter>) => {
      setFilter({ ...EVERYTHING, ...part });
      document.getElementById('matrix')?.scrollIntoView();
    };
    return h(
      Fragment,
      null,
      h(Notes, { notes: data.notes }),
      smoke && h(Diagnoses, { diagnoses: smoke.diagnoses, narrow }),
      h(Findings, { findings: data.findings }),
      topology && h(Section, { id: 'fleet', title: 'The fleet' }, h(Drawing, { topology, smoke, narrow, open: setShown })),
      smoke && smoke.pairs.length > 0 && h(Matrices, { smoke, filter, setFilter, open: setShown }),
      smoke && h(WrongPaths, { pairs: smoke.pairs, open: setShown }),
      changes && h(Changes, { changes }),
    );
  }, [data, filter]);
  return h(
    Fragment,
    null,
    h(Head, { data }),
    h(Contents, { data }),
    h('main', null, body),
    h('footer', null, `Made by cn2-fleet ${data.version}. All of it is in this file: it asks nothing of any network.`),
    smoke && h(Evidence, { pair: shown, smoke, open: setShown }),
  );
}

function Head({ data: { title, verdict, emulated, smoke } }: { data: PageData }) {
  return h(
    'header',
    { class: `tone-${verdict.tone}` },
    h('h1', null, title),
    h(
      'p',
      { class: 'verdict' },
      h('span', { class: 'sign', 'aria-hidden': 'true' }, NOTE_SIGNS[verdict.tone]),
      h('span', null, verdict.sentence),
    ),
    emulated && h('p', { class: 'emulated' }, emulated),
    smoke?.changed && h('p', null, `${smoke.changed}.`),
    smoke?.at && h('p', { class: 'muted' }, `Measured at ${smoke.at}.`),
  );
}

/** Leads to what is on the page. */
function Contents({ data: { smoke, topology, changes, findings } }: { data: PageData }) {
  const places: [string, string, boolean][] = [
    ['diagnoses', 'Diagnoses', (smoke?.diagnoses.length ?? 0) > 0],
    ['findings', 'Findings', findings.length > 0],
    ['fleet', 'Fleet', topology !== undefined],
    ['matrix', 'Matrix', (smoke?.pairs.length ?? 0) > 0],
    ['paths', 'Paths', smoke?.pairs.some(({ verdict, change }) => verdict !== 'ok' || change !== undefined) === true],
    ['changes', 'Clusters', changes !== undefined],
  ];
  return h(
    'nav',
    { 'aria-label': 'On this page' },
    places.filter(([, , there]) => there).map(([id, name]) => h('a', { href: `#${id}` }, name)),
  );
}
