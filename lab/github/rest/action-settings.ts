import { NO_CONTENT, ok } from '../http/answer.ts';
import { optionalChoice, optionalFlag } from '../http/fields.ts';
import { refused } from '../http/problem.ts';
import { type Route, route } from '../http/router.ts';
import { apiOf } from '../shapes/repository.ts';
import type { Schema } from '../shapes/schema.ts';

const DOCS = 'actions/permissions#';
const ALLOWED = ['all', 'local_only', 'selected'] as const;
const LEVELS = ['read', 'write'] as const;

/** The settings of Actions in a repository (Settings, Actions, General). */
export const ACTION_SETTING_ROUTES: readonly Route[] = [
  route(
    'GET',
    '/actions/permissions',
    { needs: 'administration=read', docs: `${DOCS}get-github-actions-permissions-for-a-repository` },
    ({ hub, repository }) => {
      const { enabled = true, allowed = 'all' } = repository.actions ?? {};
      const selected =
        allowed === 'selected' ? { selected_actions_url: `${apiOf(hub, repository)}/actions/permissions/selected-actions` } : {};
      const shape: Schema<'actions-repository-permissions'> = {
        enabled,
        ...(enabled ? { allowed_actions: allowed } : {}),
        ...selected,
      };
      return ok(shape);
    },
  ),
  route(
    'PUT',
    '/actions/permissions',
    { needs: 'administration=write', docs: `${DOCS}set-github-actions-permissions-for-a-repository` },
    ({ repository, body }) => {
      const enabled = optionalFlag(body, 'enabled');
      if (enabled === undefined) throw refused('Invalid request.\n\n"enabled" wasn\'t supplied.');
      repository.actions = { ...repository.actions, enabled, allowed: optionalChoice(body, 'allowed_actions', ALLOWED) ?? 'all' };
      return NO_CONTENT;
    },
  ),
  route(
    'GET',
    '/actions/permissions/workflow',
    { needs: 'administration=read', docs: `${DOCS}get-default-workflow-permissions-for-a-repository` },
    ({ repository }) => {
      const shape: Schema<'actions-get-default-workflow-permissions'> = {
        default_workflow_permissions: repository.actions?.token ?? 'read',
        can_approve_pull_request_reviews: repository.actionsMayOpenPullRequests,
      };
      return ok(shape);
    },
  ),
  route(
    'PUT',
    '/actions/permissions/workflow',
    { needs: 'administration=write', docs: `${DOCS}set-default-workflow-permissions-for-a-repository` },
    ({ repository, body }) => {
      const token = optionalChoice(body, 'default_workflow_permissions', LEVELS);
      const may = optionalFlag(body, 'can_approve_pull_request_reviews');
      if (token !== undefined) repository.actions = { ...repository.actions, token };
      if (may !== undefined) repository.actionsMayOpenPullRequests = may;
      return NO_CONTENT;
    },
  ),
];
