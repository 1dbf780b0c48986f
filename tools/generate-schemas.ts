import { writeFileSync } from 'node:fs';
import { DOCUMENT_SCHEMAS, documentJsonSchema } from './document-schemas.ts';

// The schemas of documents are generated from what the types agree with, so that the files cannot fall behind.
for (const [name, schema] of Object.entries(DOCUMENT_SCHEMAS)) {
  const file = new URL(`../schema/${name}.schema.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(documentJsonSchema(schema), undefined, 2)}\n`);
}
