/** Validates action and workflow files against the schemas of action-validator, all in one process. Exit 1 when one does not fit. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { validateAction, validateWorkflow } from '@action-validator/core';

for (const path of process.argv.slice(2)) {
  // The schema ends with node20; what is said of that holds for node24 (docs.github.com, "Metadata syntax", runs.using).
  // It knows no permission for attestations either (docs.github.com, "Workflow syntax", permissions).
  const text = readFileSync(path, 'utf8')
    .replace(/^ {2}using: node24$/m, '  using: node20')
    .replace(/^ +attestations: (?:read|write)\b.*\n/m, '');
  const { errors } = basename(path) === 'action.yml' ? validateAction(text) : validateWorkflow(text);
  if (errors.length === 0) continue;
  process.stderr.write(`${path}\n${JSON.stringify(errors, null, 2)}\n`);
  process.exitCode = 1;
}
