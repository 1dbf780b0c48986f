import type { Route } from '../http/router.ts';
import { ACTION_SETTING_ROUTES } from './action-settings.ts';
import { CHECK_RUN_ROUTES } from './check-runs.ts';
import { COMMENT_ROUTES } from './comments.ts';
import { COMMIT_ROUTES } from './commits.ts';
import { CONTENT_ROUTES } from './contents.ts';
import { CREATE_PULL_ROUTES } from './create-pull.ts';
import { DEPLOYMENT_ROUTES } from './deployments.ts';
import { ENVIRONMENT_ROUTES } from './environments.ts';
import { GIT_OBJECT_ROUTES } from './git-objects.ts';
import { GIT_REF_ROUTES } from './git-refs.ts';
import { ISSUE_ROUTES } from './issues.ts';
import { LABEL_ROUTES } from './labels.ts';
import { MERGE_PULL_ROUTES } from './merge-pull.ts';
import { PULL_ROUTES } from './pulls.ts';
import { REPOSITORY_ROUTES } from './repository.ts';
import { REVIEW_REQUEST_ROUTES } from './review-requests.ts';
import { REVIEW_ROUTES } from './reviews.ts';
import { SECRET_ROUTES } from './secrets.ts';
import { STATUS_ROUTES } from './statuses.ts';
import { WORKFLOW_RUN_ROUTES } from './workflow-runs.ts';

/** Everything below /repos/{owner}/{repo} that the twin serves. */
export const REPOSITORY_SCOPED_ROUTES: readonly Route[] = [
  ...REPOSITORY_ROUTES,
  ...GIT_REF_ROUTES,
  ...GIT_OBJECT_ROUTES,
  ...COMMIT_ROUTES,
  ...CONTENT_ROUTES,
  ...PULL_ROUTES,
  ...CREATE_PULL_ROUTES,
  ...MERGE_PULL_ROUTES,
  ...REVIEW_ROUTES,
  ...REVIEW_REQUEST_ROUTES,
  ...ISSUE_ROUTES,
  ...COMMENT_ROUTES,
  ...LABEL_ROUTES,
  ...CHECK_RUN_ROUTES,
  ...STATUS_ROUTES,
  ...DEPLOYMENT_ROUTES,
  ...WORKFLOW_RUN_ROUTES,
  ...ACTION_SETTING_ROUTES,
  ...ENVIRONMENT_ROUTES,
  ...SECRET_ROUTES,
];
