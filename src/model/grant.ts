/** What an object may do beyond its own namespace and containers, in the order in which a reader should see it. */
export const GRANTS = [
  'subject',
  'role',
  'rule',
  'aggregation',
  'privileged',
  'hostPath',
  'hostPID',
  'hostIPC',
  'hostNetwork',
  'hostPort',
  'capability',
  'privilegeEscalation',
  'root',
  'unconfined',
  'podSecurity',
  'token',
  'secret',
  'serviceAccount',
  'webhook',
  'conversionWebhook',
  'apiService',
  'image',
] as const;
export type GrantKind = (typeof GRANTS)[number];

/** One thing that applying an object gives away. A view of what is rendered: never part of what is approved. */
export interface Grant {
  what: GrantKind;
  /** A phrase for a person, printable ASCII. */
  detail: string;
  /** Against the live object, where there is one; absent: it has it already, or all of it is new. */
  mark?: 'added' | 'removed';
}
