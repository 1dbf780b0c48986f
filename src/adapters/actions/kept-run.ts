import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { UnfinishedRun } from '../../ports/job.ts';

/** What a run keeps for the step that cleans up, in a file below the folder that the runner empties after the job. */
export function keptRun(folder: string) {
  const path = join(folder, 'cn2-fleet', 'unfinished-run.json');
  return {
    /** Readable for this account alone; undefined removes it. */
    async keep(facts: UnfinishedRun | undefined): Promise<void> {
      if (facts === undefined) return rm(path, { force: true });
      await mkdir(join(folder, 'cn2-fleet'), { recursive: true, mode: 0o700 });
      const temporary = `${path}.${randomUUID()}`;
      await writeFile(temporary, JSON.stringify(facts), { mode: 0o600 });
      await rename(temporary, path);
    },
    /** Undefined where nothing was kept, and for anything that no run of this tool has written. */
    async kept(): Promise<UnfinishedRun | undefined> {
      try {
        const facts = JSON.parse(await readFile(path, 'utf8')) as UnfinishedRun;
        const texts = [facts.command, facts.runId, facts.fleet];
        return facts.schemaVersion === 1 && texts.every((text) => typeof text === 'string') ? facts : undefined;
      } catch {
        return undefined;
      }
    },
  };
}
