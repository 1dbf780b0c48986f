import type { Grant } from '../model/grant.ts';
import { isFields } from '../model/json-object.ts';
import { fieldsOf, itemsOf, plain, textsOf } from './json-nodes.ts';

/** Verbs that let their holder gain further rights (Kubernetes, RBAC good practices). */
const CLIMBING: readonly string[] = ['escalate', 'bind', 'impersonate'];
/** Groups that grant more than their name says; system:masters passes every check of the API server (Kubernetes, RBAC). */
const GROUPS: Readonly<Record<string, string>> = {
  'system:masters': 'every right on the cluster, whatever the role',
  'system:authenticated': 'everybody who can log in',
  'system:unauthenticated': 'everybody, without logging in',
  'system:serviceaccounts': 'every service account of the cluster',
  'system:nodes': 'every node',
};
/** A ClusterRole with such a label adds its rules to a role that others hold (Kubernetes, aggregated ClusterRoles). */
const AGGREGATE_TO = /^rbac\.authorization\.k8s\.io\/aggregate-to-(.+)$/;

/** What roles allow, and to whom bindings give it. Wildcards, verbs that lead to more rights, users and groups first. */
export function accessGrants(object: Readonly<Record<string, unknown>>): Grant[] {
  switch (object['kind']) {
    case 'Role':
    case 'ClusterRole':
      return roleGrants(object);
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return bindingGrants(object);
    case 'Secret':
      return tokenGrants(object);
    case 'Namespace':
      return podSecurityGrants(object);
    default:
      return [];
  }
}

/** The built-in or other ClusterRoles that a ClusterRole adds its rules to, by its labels. */
export function aggregatesTo(object: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(fieldsOf(object, 'metadata', 'labels')).flatMap(([label, value]) => {
    const role = AGGREGATE_TO.exec(label)?.[1];
    return role === undefined || value !== 'true' ? [] : [role];
  });
}

function roleGrants(object: Readonly<Record<string, unknown>>): Grant[] {
  const rules = itemsOf(object['rules'])
    .map((rule, position) => ({ rule, position, rank: rankOf(rule) }))
    .sort((a, b) => a.rank - b.rank || a.position - b.position)
    .map(({ rule }): Grant => ({ what: 'rule', detail: ruleText(rule) }));
  const selectors = itemsOf(fieldsOf(object['aggregationRule'])['clusterRoleSelectors']).map(
    (selector): Grant => ({ what: 'aggregation', detail: `takes the rules of every ClusterRole with ${plain(selector)}` }),
  );
  const added = aggregatesTo(object).map(
    (role): Grant => ({ what: 'aggregation', detail: `adds its rules to ClusterRole ${plain(role)}` }),
  );
  return [...rules, ...selectors, ...added];
}

function rankOf(rule: unknown): number {
  const fields = fieldsOf(rule);
  const parts = ['verbs', 'resources', 'apiGroups'].map((key) => textsOf(fields[key]));
  if (parts.every((part) => part.includes('*'))) return 0;
  if (parts[0]!.some((verb) => CLIMBING.includes(verb))) return 1;
  return parts.some((part) => part.includes('*')) ? 2 : 3;
}

function ruleText(rule: unknown): string {
  if (!isFields(rule)) return plain(rule);
  const verbs = named(textsOf(rule['verbs']), 'every verb', 'no verb');
  const urls = textsOf(rule['nonResourceURLs']);
  if (urls.length > 0) return `${verbs} on ${named(urls, 'every URL', '')}`;
  const names = textsOf(rule['resourceNames']);
  const resources = named(textsOf(rule['resources']), 'every resource', 'no resource');
  const groups = named(
    textsOf(rule['apiGroups']).map((group) => (group === '' ? 'core' : group)),
    'every group',
    'no group',
  );
  return `${verbs} on ${resources}${names.length === 0 ? '' : ` named ${names.map(plain).join(', ')}`} of ${groups}`;
}

function named(parts: readonly string[], all: string, none: string): string {
  if (parts.length === 0) return none;
  return parts.includes('*') ? all : parts.map(plain).join(', ');
}

function bindingGrants(object: Readonly<Record<string, unknown>>): Grant[] {
  const { kind, name } = fieldsOf(object['roleRef']);
  const namespace = fieldsOf(object['metadata'])['namespace'];
  const where =
    object['kind'] === 'ClusterRoleBinding' ? 'in the whole cluster' : `in namespace ${plain(namespace ?? 'default')}`;
  return [
    ...itemsOf(object['subjects'])
      .map((subject, position) => ({ subject, position, rank: fieldsOf(subject)['kind'] === 'ServiceAccount' ? 1 : 0 }))
      .sort((a, b) => a.rank - b.rank || a.position - b.position)
      .map(({ subject }): Grant => ({ what: 'subject', detail: subjectText(subject) })),
    { what: 'role', detail: `${plain(kind ?? 'no kind')} ${plain(name ?? 'without a name')} ${where}` },
  ];
}

/** Kind, namespace and name of a subject, and what a group of Kubernetes' own stands for. */
export function subjectText(subject: unknown): string {
  const { kind, name, namespace } = fieldsOf(subject);
  const title = `${plain(kind ?? 'no kind')} ${namespace === undefined ? '' : `${plain(namespace)}/`}${plain(name ?? 'without a name')}`;
  const note = typeof name === 'string' ? noteOf(name) : undefined;
  return note === undefined ? title : `${title} (${note})`;
}

function noteOf(name: string): string | undefined {
  if (name.startsWith('system:serviceaccounts:')) return 'every service account of that namespace';
  if (name === 'system:anonymous') return GROUPS['system:unauthenticated'];
  return Object.hasOwn(GROUPS, name) ? GROUPS[name] : undefined;
}

/** A Secret of this type is filled with a token that never expires (Kubernetes, service account token Secrets). */
function tokenGrants(object: Readonly<Record<string, unknown>>): Grant[] {
  if (object['type'] !== 'kubernetes.io/service-account-token') return [];
  const account = fieldsOf(object, 'metadata', 'annotations')['kubernetes.io/service-account.name'];
  return [{ what: 'token', detail: `a long-lived token of ServiceAccount ${plain(account ?? 'without a name')}` }];
}

function podSecurityGrants(object: Readonly<Record<string, unknown>>): Grant[] {
  const level = fieldsOf(object, 'metadata', 'labels')['pod-security.kubernetes.io/enforce'];
  return level === undefined ? [] : [{ what: 'podSecurity', detail: `pods of level ${plain(level)} are admitted` }];
}
