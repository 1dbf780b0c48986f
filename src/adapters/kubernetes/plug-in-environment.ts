import { delimiter, isAbsolute } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** The Action's inputs, in both of their forms. */
const INPUTS = /^(CN2_FLEET_)?INPUT_/i;
/**
 * Tokens of the workflow. ACTIONS_ID_TOKEN_REQUEST_* with them: whoever has the pair can ask for an identity of the job for any
 * audience. A login by OIDC belongs in a step of its own, whose short-lived credentials a plug-in then finds in its environment.
 */
const TOKENS = /^(GITHUB_TOKEN|GH_TOKEN|(GH|GITHUB)_ENTERPRISE_TOKEN|ACTIONS_ID_TOKEN_REQUEST_.*|ACTIONS_RUNTIME_.*)$/i;
/** Files through which a step speaks to the runner: outputs, and the environment of the steps that follow. */
const RUNNER_FILES = /^GITHUB_(ENV|PATH|OUTPUT|STATE|STEP_SUMMARY)$/i;
/** Shorter values are words that other variables may hold by chance. */
const SHORTEST_SECRET = 8;

/**
 * What a credential plug-in sees of the environment: everything but the Action's inputs, the workflow's tokens and `withheld`, the
 * variables that the declaration names; and no variable that holds the value of one of them under another name.
 */
export function pluginEnvironment(environment: Environment, withheld: ReadonlySet<string>): Record<string, string> {
  const isWithheld = (name: string) => withheld.has(name) || INPUTS.test(name) || TOKENS.test(name) || RUNNER_FILES.test(name);
  const entries = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const values = new Set(
    entries.filter(([name, value]) => isWithheld(name) && value.length >= SHORTEST_SECRET).map(([, value]) => value),
  );
  return Object.fromEntries(
    entries
      .filter(([name, value]) => !isWithheld(name) && !values.has(value))
      .map(([name, value]) => [name, /^path$/i.test(name) ? absoluteFolders(value) : value] as const)
      .filter(([name, value]) => !/^path$/i.test(name) || value !== ''),
  );
}

/** The folder that this program happens to run in may be a checkout: as for Go, no program is taken from there. */
function absoluteFolders(path: string): string {
  return path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .join(delimiter);
}
