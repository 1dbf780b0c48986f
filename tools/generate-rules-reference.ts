import { writeFileSync } from 'node:fs';
import { rulesReference } from '../src/rules/reference.ts';

writeFileSync(new URL('../docs/rules.md', import.meta.url), rulesReference());
