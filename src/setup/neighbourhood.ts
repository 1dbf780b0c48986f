import { UserError } from '../model/user-error.ts';
import type { FleetWorkflows } from './fleet-workflows.ts';

/** Another fleet of the repository: its workflows, and what its declaration says. */
export interface OtherFleet {
  /** From the top of the repository. */
  declaration: string;
  /** Those that are named as init names them; absent: all have names of their own. */
  workflows?: FleetWorkflows;
  /** Absent: its declaration is too broken to say it. */
  name?: string;
  /** The folder of its rendered manifests, from the top of the repository. */
  rendered: string;
}

/** The workflows of a repository as one of its declarations sees them. */
export interface Neighbourhood {
  /** Of the declaration; more than one set where its fleet has got another name. */
  own: FleetWorkflows[];
  others: OtherFleet[];
  /** Of a declaration that is there no longer, or of one that they do not name. */
  nobodys: FleetWorkflows[];
}

/** Two fleets share no name, which their lock and branch have, and no folder of manifests. Throws UserError. */
export function refuseSharing(
  fleet: { name: string; declaration: string; rendered: string },
  others: readonly OtherFleet[],
): void {
  for (const { name, declaration, rendered } of others) {
    if (name === fleet.name)
      throw new UserError(
        `${declaration} and ${fleet.declaration} both name their fleet "${name}"`,
        'give one of them another metadata.name: lock, labels, branch, checks and environment of a fleet are found by it',
      );
    if (isBelow(rendered, fleet.rendered) || isBelow(fleet.rendered, rendered))
      throw new UserError(
        `${fleet.declaration} would have its manifests in ${fleet.rendered}, where ${declaration} has its own (${rendered})`,
        'name another folder with --rendered, or put each declaration into a folder of its own',
      );
  }
}

function isBelow(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

/**
 * The fleet that the names of the workflows carry; undefined: they carry none. A repository's first fleet keeps the short names, whatever
 * comes after it; a fleet that has the long ones keeps those too, with its present name. Throws UserError where another one has them.
 */
export function nameInWorkflows(fleet: string, { own, others, nobodys }: Neighbourhood): string | undefined {
  const short = (workflows: FleetWorkflows | undefined) => workflows !== undefined && workflows.fleet === undefined;
  if (own.some(short)) return undefined;
  const free = others.length === 0 || nobodys.some(short);
  if (own.length === 0 && free && !others.some(({ workflows }) => short(workflows))) return undefined;
  const taken = others.find(({ workflows }) => workflows?.fleet === fleet);
  if (taken !== undefined)
    throw new UserError(
      `${taken.workflows?.files[0]?.path} is a workflow of ${taken.declaration}, whose fleet now has another name`,
      `run cn2-fleet init -f ${taken.declaration} first: it gives them the new one`,
    );
  return fleet;
}

/** A name for the fleet of a first declaration: of its folder, when another fleet is there already. */
export function firstName(prefix: string, { others }: Neighbourhood): string {
  const taken = new Set(others.map(({ name }) => name));
  const folder = prefix.split('/').at(-2) ?? '';
  const base =
    folder
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 50)
      .replace(/^-+|-+$/g, '') || 'fleet';
  if (others.length === 0) return 'fleet';
  let name = base;
  for (let next = 2; taken.has(name); next++) name = `${base}-${next}`;
  return name;
}
