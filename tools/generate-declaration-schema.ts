import { writeFileSync } from 'node:fs';
import { declarationJsonSchema } from '../src/declare/schema.ts';

// The schema that editors load is generated, so that it cannot say anything else than what validate checks.
writeFileSync(
  new URL('../schema/clusters.schema.json', import.meta.url),
  `${JSON.stringify(declarationJsonSchema(), undefined, 2)}\n`,
);
