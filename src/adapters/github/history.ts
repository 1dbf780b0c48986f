import type { Octokit } from 'octokit';
import type { BranchCommit, BranchHistory } from '../../ports/forge.ts';
import { type Access, PAGE } from './access.ts';

type Compared = Awaited<ReturnType<Octokit['rest']['repos']['compareCommitsWithBasehead']>>['data'];
type Listed = Compared['commits'][number];

/** How one commit or branch stands to another, with all commits between and what tells who made them. */
export async function history({ client, at }: Access, base: string, head: string): Promise<BranchHistory> {
  const octokit = await client();
  const commits: BranchCommit[] = [];
  // octokit cannot page here: what it calls the list is not the list of commits.
  for (let page = 1; ; page += 1) {
    const { data, headers } = await octokit.rest.repos.compareCommitsWithBasehead({
      ...at,
      ...PAGE,
      page,
      basehead: `${base}...${head}`,
    });
    commits.push(...data.commits.map(facts));
    if (data.commits.length < PAGE.per_page || commits.length >= data.total_commits) {
      return {
        status: data.status,
        commits,
        mergeBase: data.merge_base_commit.sha,
        // github.com and GHE.com sign what bots commit through the API; a server names itself in every answer, and signs only where
        // its administrator has switched that on.
        signsBots: headers[SERVER] === undefined,
      };
    }
  }
}

const SERVER = 'x-github-enterprise-version';

/** The account that GitHub itself commits with, and signs for. */
const FORGE_LOGIN = 'web-flow';

/** Whether a commit is in the history of a commit or branch, or is its head. */
export async function containsCommit({ client, at }: Access, commit: string, earlier: string): Promise<boolean> {
  const { data } = await (await client()).rest.repos.compareCommitsWithBasehead({
    ...at,
    per_page: 1,
    basehead: `${earlier}...${commit}`,
  });
  return data.status === 'ahead' || data.status === 'identical';
}

function facts({ sha, html_url, commit, parents, author, committer }: Listed): BranchCommit {
  const by = committer?.login ?? commit.committer?.name ?? 'unknown';
  return {
    sha,
    url: html_url,
    message: commit.message,
    parents: parents.map((parent) => parent.sha),
    author: author?.login ?? commit.author?.name ?? 'unknown',
    account: author?.login === undefined ? 'none' : author.type === 'Bot' ? 'bot' : 'user',
    committer: by,
    tree: commit.tree.sha,
    signature: signatureOf(commit.verification, committer?.login),
  };
}

function signatureOf(verification: Listed['commit']['verification'], committer: string | undefined): BranchCommit['signature'] {
  if (verification === undefined || verification.reason === 'unsigned') return 'none';
  return verification.verified && committer === FORGE_LOGIN ? 'forge' : 'other';
}
