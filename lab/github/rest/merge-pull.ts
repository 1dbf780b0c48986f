import { NO_CONTENT, ok } from '../http/answer.ts';
import type { RepositoryCall } from '../http/call.ts';
import { optionalChoice, optionalText } from '../http/fields.ts';
import { notFound } from '../http/problem.ts';
import { type Route, route } from '../http/router.ts';
import { mergeNow } from '../pulls/merge.ts';
import { pullIn } from './lookup.ts';
import { writerOf } from './writer.ts';

export const MERGE_PULL_ROUTES: readonly Route[] = [
  route(
    'GET',
    '/pulls/{pull_number}/merge',
    { needs: 'pull_requests=read', docs: 'pulls/pulls#check-if-a-pull-request-has-been-merged' },
    (call) => {
      if (pullIn(call).pull.merged === undefined) throw notFound();
      return NO_CONTENT;
    },
  ),
  route(
    'PUT',
    '/pulls/{pull_number}/merge',
    { needs: 'contents=write', docs: 'pulls/pulls#merge-a-pull-request', moves: true },
    mergePull,
  ),
];

async function mergePull(call: RepositoryCall) {
  const { body } = call;
  const text = (name: string, field: string) => {
    const value = optionalText(body, field);
    return value === undefined ? {} : { [name]: value };
  };
  const sha = await mergeNow(call.hub, call.repository, pullIn(call), {
    method: optionalChoice(body, 'merge_method', ['merge', 'squash', 'rebase']) ?? 'merge',
    by: writerOf(call).account,
    ...text('sha', 'sha'),
    ...text('title', 'commit_title'),
    ...text('message', 'commit_message'),
  });
  return ok({ sha, merged: true, message: 'Pull Request successfully merged' });
}
