import { referenceText } from './reference-text.ts';
import { writeGenerated } from './write-generated.ts';

writeGenerated('docs/reference.md', referenceText());
