import type { Merging } from '../../model/merging.ts';
import { deviationText } from '../merging-words.ts';
import { type Block, plainSection, type Section } from './budget.ts';
import { code } from './escape.ts';

/** What merging would do beyond the declaration or short of it, object by object: no fold hides it. */
export function deviationsSection(merging: Merging | undefined): Section {
  const deviations = merging?.deviations ?? [];
  if (deviations.length === 0) return plainSection();
  const blocks = deviations.map((deviation): Block => {
    const text = () => `- 🛑 ${deviationText(deviation, (name) => code(name))}`;
    return { priority: 1, text, holds: { deviation: 1 } };
  });
  return { open: '**What merging would do beyond the declaration, or short of it:**', close: '', blocks };
}
