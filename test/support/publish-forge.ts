import type { Exchange } from '../../lab/github/exchange.ts';
import type { Issue } from '../../lab/github/state/model.ts';
import { startTwin, type Twin } from '../../lab/github/twin.ts';
import { type Api, apiOf } from './github-twin.ts';
import { guideFolder } from './guide-folder.ts';

export const REPOSITORY = 'acme/fleet';

/** A twin with the guide in acme/fleet, and people who work on it. */
export interface PublishForge extends AsyncDisposable {
  twin: Twin;
  /** As GITHUB_TOKEN has it with all permissions that the workflows ask for. */
  token: string;
  /** Ada, a person who may all. Rejects what GitHub refuses. */
  ada(method: string, path: string, body?: object): Promise<Awaited<ReturnType<Api>>['body']>;
  /** Commits to a new branch and opens a pull request from it. */
  openPull(branch: string, files: Readonly<Record<string, string | undefined>>): Promise<number>;
  /** Merges, as a merge commit unless said otherwise; gives the commit. */
  merge(number: number, method?: 'merge' | 'squash' | 'rebase'): Promise<string>;
  /** Requests since the mark that change something, `METHOD path status`. */
  writes(since?: number): string[];
  /** For `writes`: from here on. */
  mark(): number;
  issue(number: number): Issue;
  comments(number: number): string[];
  head(branch: string): string | undefined;
  /** Text of a file on a branch or of a commit. */
  file(ref: string, path: string): Promise<string>;
}

/** Starts it; `declare` changes the guide's declaration. */
export async function publishForge(declare: (text: string) => string = (text) => text): Promise<PublishForge> {
  const twin = await startTwin();
  const files = guideFolder();
  const declaration = files['clusters.yaml']!;
  await twin.createRepository({
    owner: 'acme',
    name: 'fleet',
    ownerType: 'Organization',
    files: { ...files, 'clusters.yaml': declare(declaration) },
  });
  const token = twin.addToken();
  const person = apiOf(twin, twin.addToken({ kind: 'personal', login: 'ada' }));
  const ada: PublishForge['ada'] = async (method, path, body) => {
    const answer = await person(method, `/repos/${REPOSITORY}${path}`, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const isAdas = ({ login }: Exchange) => login === 'ada';
  return {
    twin,
    token,
    ada,
    async openPull(branch, changed) {
      await twin.commit(REPOSITORY, { branch, files: changed, author: 'ada' });
      const { number } = await ada('POST', '/pulls', { title: `Change by ${branch}`, head: branch, base: 'main' });
      return number as number;
    },
    merge: async (number, method = 'merge') => (await ada('PUT', `/pulls/${number}/merge`, { merge_method: method })).sha,
    writes: (since = 0) =>
      twin.requests
        .slice(since)
        .filter((request) => request.write && request.kind === 'api' && !isAdas(request))
        .map(({ method, path, status }) => `${method} ${path.replace(`/repos/${REPOSITORY}`, '')} ${status}`),
    mark: () => twin.requests.length,
    issue(number) {
      const issue = twin.repository(REPOSITORY).issues.find((each) => each.number === number);
      if (issue === undefined) throw new Error(`there is no issue or pull request ${number}`);
      return issue;
    },
    comments: (number) =>
      twin
        .repository(REPOSITORY)
        .comments.filter((comment) => comment.number === number)
        .map(({ body }) => body),
    head: (branch) => twin.repository(REPOSITORY).branches[branch],
    file: async (ref, path) => (await twin.git(REPOSITORY).attempt(['show', `${ref}:${path}`])).stdout.toString('utf8'),
    [Symbol.asyncDispose]: () => twin[Symbol.asyncDispose](),
  };
}
