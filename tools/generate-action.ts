import { readFileSync } from 'node:fs';
import { actionText, nodeActionText, withTables } from './action-text.ts';
import { writeGenerated } from './write-generated.ts';

// The Action's interface is one table; its files and its reference cannot say anything else.
writeGenerated('action.yml', actionText());
writeGenerated('node/action.yml', nodeActionText());
writeGenerated('docs/action.md', withTables(readFileSync(new URL('../docs/action.md', import.meta.url), 'utf8')));
