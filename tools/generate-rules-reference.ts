import { rulesReference } from '../src/rules/reference.ts';
import { writeGenerated } from './write-generated.ts';

writeGenerated('docs/rules.md', rulesReference());
