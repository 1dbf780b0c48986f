import { declarationJsonSchema } from '../src/declare/schema.ts';
import { writeGenerated } from './write-generated.ts';

// The schema that editors load is generated, so that it cannot say anything else than what validate checks.
writeGenerated('schema/clusters.schema.json', `${JSON.stringify(declarationJsonSchema(), undefined, 2)}\n`);
