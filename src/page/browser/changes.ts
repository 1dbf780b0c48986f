import { Fragment, h } from 'preact';
import { useState } from 'preact/hooks';
import type { ChangesPart, ChangeView, ClusterView, FieldView } from '../page-data.ts';
import { Choice } from './choice.ts';
import { NOTE_SIGNS } from './notes.ts';
import { Section } from './section.ts';

interface Wanted {
  cluster: string;
  word: string;
  text: string;
}

/** More changes than this are folded together until they are asked for. */
const MOST_OPEN = 40;

/** What a plan changes, or what has drifted, cluster by cluster. */
export function Changes({ changes: { clusters, columns, kinds } }: { changes: ChangesPart }) {
  const [wanted, setWanted] = useState<Wanted>({ cluster: '', word: '', text: '' });
  const total = kinds.reduce((sum, { count }) => sum + count, 0);
  const shown = clusters
    .filter(({ name }) => wanted.cluster === '' || name === wanted.cluster)
    .map((cluster) => narrowed(cluster, wanted));
  const left = shown.reduce((sum, { groups }) => sum + groups.reduce((all, { changes }) => all + changes.length, 0), 0);
  const set = (part: Partial<Wanted>) => setWanted({ ...wanted, ...part });
  return h(
    Section,
    { id: 'changes', title: 'Clusters' },
    total > 0 &&
      h(
        'form',
        { class: 'filters', 'aria-label': 'Filter of the changes', onSubmit: (event: Event) => event.preventDefault() },
        h(Choice, {
          name: 'cluster',
          value: wanted.cluster,
          all: 'all clusters',
          values: clusters.map(({ name }) => [name, name] as const),
          choose: (cluster) => set({ cluster }),
        }),
        h(Choice, {
          name: 'change',
          value: wanted.word,
          all: 'all changes',
          values: kinds.map(({ word, count }) => [word, `${word} (${count})`] as const),
          choose: (word) => set({ word }),
        }),
        h(
          'label',
          null,
          'text',
          h('input', {
            type: 'search',
            name: 'text',
            onInput: (event: Event) => set({ text: (event.currentTarget as HTMLInputElement).value }),
          }),
        ),
        h('p', { class: 'shown' }, h('span', { role: 'status' }, `${left} of ${total} changes`)),
      ),
    shown.map((cluster) => h(Cluster, { key: cluster.name, cluster, columns, open: total <= MOST_OPEN })),
  );
}

function narrowed(cluster: ClusterView, { word, text }: Wanted): ClusterView {
  const sought = text.trim().toLowerCase();
  const fits = (change: ChangeView) =>
    (word === '' || change.word === word) &&
    (sought === '' || JSON.stringify([change.title, change.fields, change.notes]).toLowerCase().includes(sought));
  const groups = cluster.groups
    .map(({ heading, changes }) => ({ heading, changes: changes.filter(fits) }))
    .filter(({ changes }) => changes.length > 0);
  return { ...cluster, groups };
}

interface ClusterProps {
  cluster: ClusterView;
  columns: ChangesPart['columns'];
  open: boolean;
}

function Cluster({ cluster: { name, role, state, tone, groups, notes }, columns, open }: ClusterProps) {
  return h(
    'article',
    { class: `cluster tone-${tone}` },
    h(
      'h3',
      null,
      h('span', { class: 'sign', 'aria-hidden': 'true' }, NOTE_SIGNS[tone]),
      name,
      h('span', { class: 'muted' }, ` ${role}`),
    ),
    h('p', null, state),
    groups.map(({ heading, changes }) =>
      h(
        Fragment,
        { key: heading },
        h('h4', null, heading),
        h(
          'ul',
          { class: 'changes' },
          changes.map((change) => h('li', { class: `change is-${change.tone}` }, changed(change, columns, open))),
        ),
      ),
    ),
    notes.length > 0 &&
      h(
        'ul',
        { class: 'muted' },
        notes.map((note) => h('li', null, note)),
      ),
  );
}

function changed(change: ChangeView, columns: ChangesPart['columns'], open: boolean) {
  const { sign, word, title, notes, interrupts, fields, grants } = change;
  const head = [
    h('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
    h('span', { class: 'action' }, word),
    ' ',
    h('strong', null, title),
    notes.length > 0 && h('span', { class: 'muted' }, ` (${notes.join('; ')})`),
  ];
  const more = [
    interrupts !== undefined && h('p', { class: 'interrupts' }, interrupts),
    fields.length > 0 && fieldTable(fields, columns, title),
    grants.length > 0 &&
      h(
        'ul',
        { class: 'grants' },
        grants.map((grant) => h('li', null, grant)),
      ),
  ];
  if (more.every((part) => part === false)) return h('div', { class: 'head' }, head);
  return h('details', { open }, h('summary', { class: 'head' }, head), more);
}

function fieldTable(fields: readonly FieldView[], { before, after }: ChangesPart['columns'], title: string) {
  return h(
    'div',
    { class: 'scroll', tabIndex: 0, role: 'region', 'aria-label': `Fields of ${title}` },
    h(
      'table',
      { class: 'fields' },
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          ['field', before, after].map((name) => h('th', { scope: 'col' }, name)),
        ),
      ),
      h(
        'tbody',
        null,
        fields.map((field) => [
          h(
            'tr',
            null,
            h('th', { scope: 'row' }, field.patch === true && h('span', { class: 'tag' }, 'patch'), h('code', null, field.path)),
            h('td', { class: 'before' }, h('code', null, field.before)),
            h('td', { class: 'after' }, h('code', null, field.after)),
          ),
          field.conflict !== undefined &&
            h(
              'tr',
              { class: 'conflict' },
              h('td', { colSpan: 3 }, h('span', { class: 'sign', 'aria-hidden': 'true' }, '!'), field.conflict),
            ),
        ]),
      ),
    ),
  );
}
