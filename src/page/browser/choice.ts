import { h } from 'preact';

interface Props {
  name: string;
  value: string;
  /** What the empty value is called. */
  all: string;
  /** Values, each with its text. */
  values: readonly (readonly [string, string])[];
  choose(value: string): void;
}

/** One of several values, or all of them. */
export function Choice({ name, value, all, values, choose }: Props) {
  return h(
    'label',
    null,
    name,
    h(
      'select',
      { name, value, onChange: (event: Event) => choose((event.currentTarget as HTMLSelectElement).value) },
      h('option', { value: '' }, all),
      values.map(([each, text]) => h('option', { value: each }, text)),
    ),
  );
}
