import { optionalText } from '../http/fields.ts';
import { invalid, refused } from '../http/problem.ts';
import type { Annotation, CheckRun } from '../state/model.ts';

/** GitHub's limits for a check run (https://docs.github.com/rest/checks/runs). */
const ANNOTATIONS = 50;
const TEXT = 65_535;
const MESSAGE_BYTES = 64 * 1024;
const TITLE = 255;

/** Takes over `output`: title, summary and text replace what was there, annotations are added to it. Throws 422. */
export function applyOutput(run: CheckRun, output: unknown): void {
  if (output === undefined) return;
  if (typeof output !== 'object' || output === null)
    throw refused("Invalid request.\n\nFor 'properties/output', it is not an object.");
  const fields = output as Record<string, unknown>;
  const title = optionalText(fields, 'title');
  const summary = optionalText(fields, 'summary');
  const text = optionalText(fields, 'text');
  if (summary === undefined) throw refused('Invalid request.\n\n"summary" wasn\'t supplied.');
  if (title === undefined && run.title === null) throw refused('Invalid request.\n\n"title" wasn\'t supplied.');
  for (const [name, value] of Object.entries({ summary, text }))
    if (value !== undefined && Buffer.byteLength(value) > TEXT)
      throw refused(`Invalid request.\n\nOnly ${TEXT} characters are allowed; ${value.length} were supplied for "${name}".`);
  const annotations = fields['annotations'] ?? [];
  if (!Array.isArray(annotations)) throw refused('Invalid request.\n\n"annotations" is not an array.');
  if (annotations.length > ANNOTATIONS)
    throw refused(`Invalid request.\n\nNo more than ${ANNOTATIONS} items are allowed; ${annotations.length} were supplied.`);
  const added = annotations.map((one) => annotation(one as Record<string, unknown>));
  run.title = title ?? run.title;
  run.summary = summary;
  run.text = text ?? run.text;
  run.annotations.push(...added);
}

function annotation(fields: Record<string, unknown>): Annotation {
  const { path, start_line, end_line, annotation_level, message } = fields;
  const problem = (field: string, message: string) => invalid({ resource: 'CheckAnnotation', code: 'custom', field, message });
  for (const name of ['path', 'start_line', 'end_line', 'annotation_level', 'message'])
    if (fields[name] === undefined) throw refused(`Invalid request.\n\n"${name}" wasn't supplied.`);
  if (!Number.isInteger(start_line) || !Number.isInteger(end_line))
    throw refused('Invalid request.\n\nA line is not an integer.');
  if ((start_line as number) < 1 || (end_line as number) < (start_line as number))
    throw problem('end_line', 'end_line is before start_line');
  const columns = typeof fields['start_column'] === 'number' || typeof fields['end_column'] === 'number';
  if (columns && start_line !== end_line)
    throw problem('start_column', 'start_column and end_column need start_line and end_line to be the same');
  if (!['notice', 'warning', 'failure'].includes(String(annotation_level)))
    throw refused(`Invalid request.\n\n${annotation_level} is not a member of ["notice", "warning", "failure"].`);
  const title = optionalText(fields, 'title') ?? null;
  if (title !== null && title.length > TITLE) throw problem('title', `title is too long (maximum is ${TITLE} characters)`);
  if (Buffer.byteLength(String(message)) > MESSAGE_BYTES) throw problem('message', 'message is too long (maximum is 64 KB)');
  return {
    path: String(path),
    start_line: start_line as number,
    end_line: end_line as number,
    start_column: (fields['start_column'] as number | undefined) ?? null,
    end_column: (fields['end_column'] as number | undefined) ?? null,
    annotation_level: annotation_level as Annotation['annotation_level'],
    title,
    message: String(message),
    raw_details: optionalText(fields, 'raw_details') ?? null,
  };
}
