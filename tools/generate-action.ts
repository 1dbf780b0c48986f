import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { actionText, nodeActionText, withTables } from './action-text.ts';

// The Action's interface is one table; its files and its reference cannot say anything else.
writeFileSync(new URL('../action.yml', import.meta.url), actionText());
mkdirSync(new URL('../node', import.meta.url), { recursive: true });
writeFileSync(new URL('../node/action.yml', import.meta.url), nodeActionText());
const page = new URL('../docs/action.md', import.meta.url);
writeFileSync(page, withTables(readFileSync(page, 'utf8')));
