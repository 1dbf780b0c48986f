import { h, render } from 'preact';
import type { PageData } from '../page-data.ts';
import { Page } from './page.ts';

const data = JSON.parse(document.getElementById('data')?.textContent ?? '') as PageData;
document.title = `${data.title}: ${data.verdict.sentence}`;
render(h(Page, { data }), document.getElementById('page') as HTMLElement);
// What is folded away on the screen is on paper as well.
addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll('details')) details.open = true;
});
