import { type ComponentChildren, h } from 'preact';

/** A part of the page under a heading that names it. */
export function Section({ id, title, children }: { id: string; title: string; children?: ComponentChildren }) {
  return h('section', { id, 'aria-labelledby': `${id}-title` }, h('h2', { id: `${id}-title` }, title), children);
}
