import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WORKFLOWS, type WorkflowName } from '../../model/init.ts';
import { errorCode } from './error-code.ts';

/** The shipped workflows: workflows/ beside dist/ where the bundle runs, beside src/ from source. Rejects where there is none. */
export async function workflowTemplates(): Promise<Record<WorkflowName, string>> {
  const templates = {} as Record<WorkflowName, string>;
  for (const name of WORKFLOWS) templates[name] = await shipped(`workflows/${name}.yml`);
  return templates;
}

async function shipped(path: string): Promise<string> {
  for (const folder of [join(import.meta.dirname, '..'), join(import.meta.dirname, '../../..')]) {
    try {
      return await readFile(join(folder, path), 'utf8');
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }
  throw new Error(`${path} is not beside the program`);
}
