import type { Marker, RunOrder } from '../../model/forge.ts';
import { type Access, PAGE } from './access.ts';
import { orderOf } from './header.ts';
import { ownHeader } from './kept-text.ts';

/** A comment of ours. */
export interface OwnComment {
  id: number;
  nodeId: string;
  url: string;
  order: RunOrder;
  content: string;
}

/** All comments under a marker on an issue or pull request that the token's account has written, the oldest first. */
export async function ownComments(access: Access, issue: number, marker: Marker): Promise<OwnComment[]> {
  const octokit = await access.client();
  const login = await access.whoami();
  const comments = await octokit.paginate(octokit.rest.issues.listComments, { ...access.at, ...PAGE, issue_number: issue });
  return comments
    .flatMap((comment) => {
      const header = ownHeader(comment, marker, login);
      if (header === undefined) return [];
      const { id, node_id, html_url } = comment;
      return [{ id, nodeId: node_id, url: html_url, order: orderOf(header), content: header.content }];
    })
    .sort((a, b) => a.id - b.id);
}
