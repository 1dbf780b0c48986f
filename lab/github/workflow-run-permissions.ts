import { parse } from 'yaml';

/** What a token may do, per resource, as a workflow's `permissions` names them. */
export type Permissions = Record<string, 'read' | 'write' | 'none'>;

interface Workflow {
  permissions?: unknown;
  jobs?: Record<string, { permissions?: unknown } | null>;
}

/**
 * Permissions of GITHUB_TOKEN in a workflow: of each job its own block, else the block of the workflow; resources that a
 * block leaves out have none. Jobs are joined, the stronger wins: act gives one token to all of them. Undefined: the
 * file does not say, so the repository's setting counts. Throws when the file is not YAML or says 'read-all' or 'write-all'.
 */
export function permissionsOf(workflow: string): Permissions | undefined {
  const { permissions, jobs } = (parse(workflow) ?? {}) as Workflow;
  const blocks = Object.values(jobs ?? {}).map((job) => job?.permissions ?? permissions);
  if (blocks.length === 0 || blocks.includes(undefined)) return undefined;
  const joined: Permissions = {};
  for (const block of blocks) {
    if (typeof block !== 'object') throw new Error(`permissions: ${String(block)} says more than it needs to`);
    for (const [resource, level] of Object.entries(block as Permissions)) {
      if (level === 'write' || joined[resource] === undefined || joined[resource] === 'none') joined[resource] = level;
    }
  }
  return joined;
}

/** The same without any right to write: what a pull request from a fork gets. */
export function readOnly(permissions: Permissions): Permissions {
  return Object.fromEntries(
    Object.entries(permissions).map(([resource, level]) => [resource, level === 'write' ? 'read' : level]),
  );
}
