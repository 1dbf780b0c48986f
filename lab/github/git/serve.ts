import { join } from 'node:path';
import { causeOf } from '../happenings.ts';
import { tokenIn } from '../http/credentials.ts';
import type { Incoming, Reply, Served } from '../http/reply.ts';
import { findRepository, fullName, type Hub } from '../hub.ts';
import { followRefs } from '../pulls/follow-refs.ts';
import { findToken, levelOf, sees } from '../state/tokens.ts';
import { askGit } from './http-backend.ts';

const GIT_PATH = /^\/([^/]+\/[^/]+?)(?:\.git)?(\/(?:info\/refs|git-upload-pack|git-receive-pack|HEAD|objects\/.+))$/;

/** Whether a path is one of git's protocol. */
export function isGitPath(path: string): boolean {
  return GIT_PATH.test(path);
}

/** Clone, fetch and push, with the rules of GitHub: who may read, who may write, and in which words it is refused. */
export async function serveGit(hub: Hub, request: Incoming): Promise<Served> {
  const [, name = '', rest = ''] = GIT_PATH.exec(request.path) ?? [];
  const write = rest === '/git-receive-pack' || request.query.get('service') === 'git-receive-pack';
  const value = tokenIn(request.headers);
  const token = value === undefined ? undefined : findToken(hub.state, value);
  const login = token?.login;
  const answer = (reply: Reply): Served => ({ reply, login, write: rest === '/git-receive-pack' });
  const repository = findRepository(hub.state, name);
  if (value !== undefined && token === undefined)
    return answer(unauthorized('Invalid username or token. Password authentication is not supported for Git operations.'));
  if (token === undefined && (write || repository === undefined || repository.private))
    return answer(unauthorized('No anonymous write access.'));
  if (repository === undefined || !sees(token, repository)) return answer(plain(404, 'Repository not found.'));
  const level = levelOf(token, repository, 'contents');
  if (level === 'none' || (write && level !== 'write'))
    return answer(
      plain(
        403,
        write ? `Permission to ${fullName(repository)}.git denied to ${login}.` : 'Write access to repository not granted.',
      ),
    );
  const ask = () =>
    askGit({
      ...request,
      root: join(hub.folder, 'git'),
      path: `/${fullName(repository)}.git${rest}`,
      query: request.query.toString(),
      user: login ?? '',
    });
  if (rest !== '/git-receive-pack') return answer(await ask());
  return answer(
    await hub.exclusive(repository, async () => {
      const reply = await ask();
      await followRefs(hub, repository, causeOf(token));
      return reply;
    }),
  );
}

function unauthorized(message: string): Reply {
  return { ...plain(401, message), headers: { 'content-type': 'text/plain', 'www-authenticate': 'Basic realm="GitHub"' } };
}

function plain(status: number, message: string): Reply {
  return { status, headers: { 'content-type': 'text/plain' }, body: message };
}
