/** A permission of a workflow's token as the workflow names it. */
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
  | 'deployments: write'
  | 'actions: read';
