import { excerpt } from '../printable.ts';
import { neutralise } from './neutralise.ts';

/** Longest sentence of an output. */
const SENTENCE_LENGTH = 1_000;

/** Foreign text as the value of an output of a step: one line in which a step that prints it finds no command for the runner. */
export function outputLine(text: string): string {
  return neutralise(excerpt(text, SENTENCE_LENGTH));
}
