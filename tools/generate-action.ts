import { readFileSync, writeFileSync } from 'node:fs';
import { actionText, withTables } from './action-text.ts';

// The Action's interface is one table; its file and its reference cannot say anything else.
writeFileSync(new URL('../action.yml', import.meta.url), actionText());
const page = new URL('../docs/action.md', import.meta.url);
writeFileSync(page, withTables(readFileSync(page, 'utf8')));
