import * as z from 'zod';
import { VERBS } from '../src/verbs/all.ts';

/** Of a verb: the documents that it prints or stores, by the name of their schema file (`schema/<name>.schema.json`). */
interface DocumentSchemas {
  documents: Readonly<Record<string, z.ZodType>>;
}

/** Every document that is printed or stored, by the name of its schema file. They stand with their verbs, out of the bundle. */
export const DOCUMENT_SCHEMAS: Readonly<Record<string, z.ZodType>> = Object.assign(
  {},
  ...(await Promise.all(
    VERBS.filter((verb) => 'work' in verb).map(async ({ name }) => {
      const { documents } = (await import(`../src/verbs/${name}/document.schema.ts`)) as DocumentSchemas;
      return documents;
    }),
  )),
);

/** The JSON Schema of a document. Further fields are allowed: a reader must not break when one is added. */
export function documentJsonSchema(schema: z.ZodType): object {
  return z.toJSONSchema(schema, { io: 'input' });
}
