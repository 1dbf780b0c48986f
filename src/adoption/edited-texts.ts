import { segmentsOf } from '../declare/pointer.ts';
import { readYaml } from '../declare/yaml.ts';
import { editDeclaration } from '../edit/edit.ts';
import type { Edit } from '../edit/edits.ts';
import { isFields } from '../model/json-object.ts';
import type { Answer, FileEdit } from './answer.ts';

/** The texts after some edits, by file, and what the editor refused of them. */
export interface EditedTexts {
  /** Only files that have changed. */
  texts: Record<string, string>;
  refused: { edit: FileEdit; reason: string }[];
}

/**
 * Makes the edits of answers in their files: what is set first, then what goes, of a list the last entry first, so that every path is
 * that of the text as it is. The same edit asked for twice is made once. `declaration`: its name; `texts`: of it and of the user's own manifests.
 */
export function editedTexts(
  answers: readonly Answer[],
  texts: Readonly<Record<string, string>>,
  declaration: string,
): EditedTexts {
  const all = [...new Map(answers.flatMap(({ edits }) => edits).map((edit) => [JSON.stringify(edit), edit])).values()];
  const result: EditedTexts = { texts: {}, refused: [] };
  for (const [file, edits] of Map.groupBy(all, ({ file: named }) => named ?? declaration)) {
    const before = texts[file];
    if (before === undefined) {
      result.refused.push(...edits.map((edit) => ({ edit, reason: `${file} cannot be read` })));
      continue;
    }
    if (file !== declaration && isList(before, file)) {
      result.refused.push(
        ...edits.map((edit) => ({ edit, reason: `${file} is a list of objects, which is not edited item by item` })),
      );
      continue;
    }
    const ordered = inOrder(edits.map(({ edit }) => edit));
    const { text, refused } = editDeclaration(before, ordered);
    if (text !== before) result.texts[file] = text;
    for (const { edit, reason } of refused)
      result.refused.push({ edit: edits.find((each) => each.edit === edit) ?? { edit }, reason });
  }
  return result;
}

/** Whether the paths of its objects are not those of the file. */
function isList(text: string, file: string): boolean {
  return readYaml(text, file).some(
    ({ value }) => isFields(value) && /List$/.test(String(value['kind'])) && Array.isArray(value['items']),
  );
}

function inOrder(edits: readonly Edit[]): Edit[] {
  const goes = edits.filter(({ edit }) => edit === 'remove');
  return [
    ...edits.filter(({ edit }) => edit !== 'remove'),
    ...goes.sort((a, b) => later(segmentsOf(b.path), segmentsOf(a.path))),
  ];
}

/** Positions of a list as numbers, all else as text. */
function later(a: readonly string[], b: readonly string[]): number {
  for (const [depth, segment] of a.entries()) {
    const other = b[depth];
    if (other === undefined) return 1;
    if (segment === other) continue;
    const numbers = /^\d+$/.test(segment) && /^\d+$/.test(other);
    return numbers ? Number(segment) - Number(other) : segment < other ? -1 : 1;
  }
  return a.length - b.length;
}
