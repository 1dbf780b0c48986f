import { h } from 'preact';
import type { PairVerdict } from '../../model/smoke.ts';
import { VERDICTS } from '../../report/smoke-matrix.ts';
import { Choice } from './choice.ts';
import { EVERYTHING, type Filter } from './filter.ts';
import { lookOfVerdict } from './verdicts.ts';

interface Props {
  pairs: readonly PairVerdict[];
  shown: number;
  filter: Filter;
  setFilter(filter: Filter): void;
}

const itself = (values: Iterable<string>) => [...new Set(values)].map((value) => [value, value] as const);

/** What is shown of the paths: by cluster, network, family, verdict and change. */
export function Filters({ pairs, shown, filter, setFilter }: Props) {
  const ends = pairs.flatMap(({ source, target }) => [source, target]);
  const own = ends.filter(({ cluster }) => filter.cluster === '' || cluster === filter.cluster);
  const families = itself(pairs.map(({ family }) => family));
  const set = (part: Partial<Filter>) => setFilter({ ...filter, ...part });
  return h(
    'form',
    { class: 'filters', 'aria-label': 'Filter of the matrix', onSubmit: (event: Event) => event.preventDefault() },
    h(Choice, {
      name: 'cluster',
      value: filter.cluster,
      values: itself(ends.map(({ cluster }) => cluster)),
      all: 'all clusters',
      choose: (cluster) => set({ cluster, network: '' }),
    }),
    h(Choice, {
      name: 'network',
      value: filter.network,
      values: itself(own.map(({ network }) => network).sort()),
      all: 'all networks',
      choose: (network) => set({ network }),
    }),
    families.length > 1 &&
      h(Choice, {
        name: 'family',
        value: filter.family,
        values: families,
        all: 'both families',
        choose: (family) => set({ family: family as Filter['family'] }),
      }),
    h(Verdicts, { pairs, filter, set }),
    h(
      'p',
      { class: 'shown' },
      h('span', { role: 'status' }, `${shown} of ${pairs.length} paths`),
      filter.only !== undefined && h('span', { class: 'only' }, `of: ${filter.only.title}`),
      filter !== EVERYTHING && h('button', { type: 'button', onClick: () => setFilter(EVERYTHING) }, 'Show all'),
    ),
  );
}

function Verdicts({ pairs, filter, set }: Pick<Props, 'pairs' | 'filter'> & { set(part: Partial<Filter>): void }) {
  const { verdicts, changed } = filter;
  const changes = pairs.filter(({ change }) => change !== undefined).length;
  const counts = VERDICTS.map((verdict) => ({ verdict, count: pairs.filter((pair) => pair.verdict === verdict).length }));
  return h(
    'fieldset',
    null,
    h('legend', null, 'verdict'),
    counts
      .filter(({ count }) => count > 0)
      .map(({ verdict, count }) =>
        chip(verdict, `${lookOfVerdict(verdict).sign} ${lookOfVerdict(verdict).word} ${count}`, verdicts.includes(verdict), () =>
          set({ verdicts: verdicts.includes(verdict) ? verdicts.filter((word) => word !== verdict) : [...verdicts, verdict] }),
        ),
      ),
    changes > 0 && chip('changed', `changed ${changes}`, changed, () => set({ changed: !changed })),
  );
}

function chip(name: string, text: string, checked: boolean, onChange: () => void) {
  return h('label', { class: 'chip' }, h('input', { type: 'checkbox', name, checked, onChange }), text);
}
