import { readDeclaration } from '../declare/declaration.ts';
import { plainPath, type Roots } from '../declare/roots.ts';
import { present } from '../model/present.ts';
import { UserError } from '../model/user-error.ts';
import type { Files } from '../ports/files.ts';
import { declarationOf, type FleetWorkflows, fleetWorkflows, WORKFLOW_FOLDER } from '../setup/fleet-workflows.ts';
import type { Neighbourhood, OtherFleet } from '../setup/neighbourhood.ts';
import { settingsOf } from '../setup/workflow-settings.ts';

/**
 * Reads the workflows that are there. A declaration that has gone has no fleet: its workflows may be taken over. Throws UserError where
 * files that are named alike run with different declarations.
 * @param declaration from the top of the repository
 */
export async function readNeighbourhood(files: Files, roots: Roots, declaration: string): Promise<Neighbourhood> {
  const folder = roots.fromDeclaration(WORKFLOW_FOLDER);
  const texts: Record<string, string> = {};
  for (const path of await files.list(folder)) {
    const name = path.slice(folder.length + 1);
    const text = /^[^/]+\.ya?ml$/.test(name) ? await files.read(path) : undefined;
    if (text !== undefined) texts[`${WORKFLOW_FOLDER}/${name}`] = text;
  }
  const found: Neighbourhood = { own: [], others: [], nobodys: [] };
  for (const workflows of fleetWorkflows(texts)) {
    await refuseMixture(files, roots, workflows);
    if (workflows.declaration === declaration) {
      found.own.push(workflows);
      continue;
    }
    const other = await otherFleet(
      files,
      roots,
      workflows.declaration,
      workflows.files.map(({ text }) => text),
    );
    if (other === undefined) found.nobodys.push(workflows);
    else found.others.push({ ...other, workflows });
  }
  // A person may have named workflows otherwise: their fleet is one all the same.
  for (const text of Object.values(texts)) {
    const another = declarationOf(text);
    if (another === declaration || found.others.some((other) => other.declaration === another)) continue;
    const other = await otherFleet(files, roots, another, [text]);
    if (other !== undefined) found.others.push(other);
  }
  return found;
}

/** Files that are named as those of one fleet run with one declaration, as far as there are two. */
async function refuseMixture(files: Files, { fromDeclaration }: Roots, workflows: FleetWorkflows): Promise<void> {
  const there = new Map<string, string>();
  for (const { path, text } of workflows.files) {
    const declaration = declarationOf(text);
    if (declaration === undefined || there.has(declaration) || declaration.startsWith('..')) continue;
    if ((await files.read(fromDeclaration(declaration))) !== undefined) there.set(declaration, path);
  }
  const [[one, path] = [], [another, anotherPath] = []] = [...there];
  if (another === undefined) return;
  throw new UserError(
    `${path} runs with ${one}, ${anotherPath} with ${another}: their names say that they belong to one fleet`,
    'name those of the second fleet cn2-fleet-<its name>-plan.yml and so on, or remove them and run init again for both',
  );
}

/** The fleet of a declaration that is there, run by these workflows. */
async function otherFleet(
  files: Files,
  { fromDeclaration }: Roots,
  declaration: string | undefined,
  texts: readonly string[],
): Promise<OtherFleet | undefined> {
  // Outside of the repository there is no fleet of it.
  if (declaration === undefined || declaration.startsWith('..')) return undefined;
  const text = await files.read(fromDeclaration(declaration));
  if (text === undefined) return undefined;
  const name = readDeclaration(text, declaration).fleet?.metadata.name;
  const told = texts.map((each) => settingsOf(each).rendered).find((folder) => folder !== undefined);
  const beside = `${declaration.split('/').slice(0, -1).join('/')}/rendered`;
  return { declaration, ...present({ name }), rendered: plainPath(told ?? beside) };
}
