import { execFileSync } from 'node:child_process';

/** Why the scripts of the recipes cannot run here; undefined: they can. GitHub's Linux runners have both. */
export const NO_RECIPES: string | undefined = ['curl', 'jq'].find(isMissing)?.concat(' is not installed');

function isMissing(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
}
