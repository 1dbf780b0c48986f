import type { Permission } from '../../model/permission.ts';

/** The block for the job of a workflow: what the command needs (absent: nothing is known of it), and one more permission where it is not among that. */
export function permissionsBlock(ofCommand: readonly Permission[] = ['contents: read'], needed?: string): string {
  const lines: string[] = [...ofCommand];
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
