/** A permission of a token as a workflow names it. */
export type Permission =
  | 'contents: read'
  | 'contents: write'
  | 'pull-requests: read'
  | 'pull-requests: write'
  | 'issues: read'
  | 'issues: write'
  | 'checks: read'
  | 'checks: write'
  | 'statuses: read'
  | 'statuses: write'
  | 'deployments: read'
  | 'deployments: write';

/**
 * What the token needs for a command, one line each. Source: the permissions that GitHub's REST reference names for the endpoints
 * in use; for a comment on a pull request either `issues` or `pull-requests` will do.
 */
export const PERMISSIONS = {
  plan: ['contents: read', 'pull-requests: write', 'checks: write'],
  propose: ['contents: write', 'pull-requests: write', 'checks: write'],
  apply: ['contents: read', 'pull-requests: write', 'statuses: write', 'deployments: write'],
  drift: ['contents: read', 'issues: write'],
} as const satisfies Record<string, readonly Permission[]>;

export type PermittedCommand = keyof typeof PERMISSIONS;

/** The block for the job of a workflow: what the command needs, and one more permission where it is not among that. */
export function permissionsBlock(command: PermittedCommand | undefined, needed?: string): string {
  const lines: string[] = command === undefined ? ['contents: read'] : [...PERMISSIONS[command]];
  if (needed !== undefined) {
    const [scope] = needed.split(':');
    const known = lines.findIndex((line) => line.startsWith(`${scope}:`));
    if (known === -1) lines.push(needed);
    else if (needed.endsWith('write')) lines[known] = needed;
  }
  return `permissions:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

/**
 * The permission that GitHub says would have done, from `x-accepted-github-permissions`: sets are parted by `;`, the members of a set
 * by `,` (GitHub's changelog of 2023-08-10). `expected` where it is in one of them, else the first; undefined without the header.
 */
export function acceptedPermission(header: string | undefined, expected: string): string | undefined {
  const sets = (header ?? '')
    .split(';')
    .map((set) => set.split(',').flatMap((member) => asInWorkflow(member.trim())))
    .filter((set) => set.length > 0);
  return sets.some((set) => set.includes(expected)) ? expected : sets[0]?.[0];
}

/** `pull_requests=write` as `pull-requests: write`; nothing for what no workflow can ask for. */
function asInWorkflow(member: string): string[] {
  const [, scope, level] = /^([a-z_]+)=(read|write)$/.exec(member) ?? [];
  if (scope === undefined || level === undefined || scope === 'metadata') return [];
  return [`${scope.replaceAll('_', '-')}: ${level}`];
}
