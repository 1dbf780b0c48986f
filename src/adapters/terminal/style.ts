import { styleText } from 'node:util';
import type { Style } from '../../model/style.ts';

type Format = Parameters<typeof styleText>[0];

function format(name: Format): (text: string) => string {
  return (text) => styleText(name, text, { validateStream: false });
}

/** ANSI colours, for terminals. */
export const COLOURS: Style = {
  bold: format('bold'),
  dim: format('dim'),
  red: format('red'),
  green: format('green'),
  yellow: format('yellow'),
  cyan: format('cyan'),
};
