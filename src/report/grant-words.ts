import type { Grant, GrantKind } from '../model/grant.ts';
import type { Change, VendorState } from '../model/plan.ts';
import { present } from '../model/present.ts';
import { excerpt } from './printable.ts';
import { counted, listed } from './words.ts';

/** What each kind of grant is called, the fields of Kubernetes by their names. */
export const GRANT_WORDS: Readonly<Record<GrantKind, string>> = {
  subject: 'given to',
  role: 'gives',
  rule: 'allows',
  aggregation: 'aggregation',
  privileged: 'privileged',
  hostPath: 'hostPath',
  hostPID: 'hostPID',
  hostIPC: 'hostIPC',
  hostNetwork: 'hostNetwork',
  hostPort: 'hostPort',
  capability: 'adds capability',
  privilegeEscalation: 'allowPrivilegeEscalation',
  root: 'runAsUser 0',
  unconfined: 'unconfined',
  podSecurity: 'pod security',
  token: 'token',
  secret: 'reads Secret',
  serviceAccount: 'service account',
  webhook: 'webhook',
  conversionWebhook: 'conversion webhook',
  apiService: 'API service',
  image: 'image',
};

/** Said before a grant that the live object has not, or will have no more. */
export const MARK_WORDS = { added: 'new: ', removed: 'no more: ' } as const;

/**
 * The grants of a change that a reader has to judge: all of what is created; of what is there already those that come and go.
 * What is deleted gives nothing.
 */
export function shownGrants({ action, grants = [] }: Pick<Change, 'action' | 'grants'>): Grant[] {
  if (action === 'create') return [...grants];
  if (action === 'delete' || action === 'restart') return [];
  return grants.filter(({ mark }) => mark !== undefined);
}

/** Grants of one kind and mark, in their order. */
export interface GrantGroup {
  what: GrantKind;
  mark?: Grant['mark'];
  details: string[];
}

/** One group per kind and mark, so that many of one kind hide none of another. */
export function grantGroups(grants: readonly Grant[]): GrantGroup[] {
  const groups = new Map<string, GrantGroup>();
  for (const { what, mark, detail } of grants) {
    const key = `${mark ?? ''} ${what}`;
    const group = groups.get(key) ?? { what, ...present({ mark }), details: [] };
    group.details.push(detail);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** So many files are named one by one. */
const MOST_FILES = 5;
const FILE_LENGTH = 200;

/** How the vendor's files are: as Juniper publishes them, or which are not. */
export function vendorText({ asPublished, differs }: VendorState): string {
  if (asPublished) return 'as published by Juniper';
  const names = differs.slice(0, MOST_FILES).map((file) => excerpt(file, FILE_LENGTH));
  const more = differs.length - names.length;
  return `not as published by Juniper: ${listed(more > 0 ? [...names, counted(more, 'more file')] : names)}`;
}
