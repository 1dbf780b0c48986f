import type { Answer } from './answer.ts';
import type { Call } from './call.ts';

interface Page<T> {
  items: T[];
  headers: Record<string, string>;
}

/** The page of a list that a request asks for, and the Link header that leads to the others. */
export function pageOf<T>(call: Call, path: string, all: readonly T[]): Page<T> {
  const size = clamp(call.query.get('per_page'), 30, 100);
  const page = clamp(call.query.get('page'), 1, Number.MAX_SAFE_INTEGER);
  const last = Math.max(1, Math.ceil(all.length / size));
  const link = (name: string, to: number) => {
    const query = new URLSearchParams(call.query);
    query.set('page', String(to));
    return `<${call.hub.addresses.api}${path}?${query}>; rel="${name}"`;
  };
  const links: string[] = [];
  if (page > 1) links.push(link('prev', page - 1));
  if (page < last) links.push(link('next', page + 1), link('last', last));
  if (page > 1) links.push(link('first', 1));
  return {
    items: all.slice((page - 1) * size, page * size),
    headers: links.length === 0 ? {} : { link: links.join(', ') },
  };
}

/** A page of a list; only what is on it is put into GitHub's shape. */
export async function listed<T>(call: Call, path: string, all: readonly T[], shape: (item: T) => unknown): Promise<Answer> {
  const { items, headers } = pageOf(call, path, all);
  return { status: 200, body: await Promise.all(items.map(shape)), headers };
}

function clamp(text: string | null, initial: number, most: number): number {
  const value = Number.parseInt(text ?? '', 10);
  return Number.isNaN(value) || value < 1 ? initial : Math.min(value, most);
}
