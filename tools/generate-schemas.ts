import { DOCUMENT_SCHEMAS, documentJsonSchema } from './document-schemas.ts';
import { writeGenerated } from './write-generated.ts';

// The schemas of documents are generated from what the types agree with, so that the files cannot fall behind.
for (const [name, schema] of Object.entries(DOCUMENT_SCHEMAS))
  writeGenerated(`schema/${name}.schema.json`, `${JSON.stringify(documentJsonSchema(schema), undefined, 2)}\n`);
