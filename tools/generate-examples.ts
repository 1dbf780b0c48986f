import { readFileSync, writeFileSync } from 'node:fs';
import { withPlanExample } from './plan-example.ts';

// The page shows the comment that a plan really writes.
const page = new URL('../docs/action.md', import.meta.url);
writeFileSync(page, await withPlanExample(readFileSync(page, 'utf8')));
