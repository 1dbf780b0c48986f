import type { Permission, Token } from '../state/access.ts';
import type { Repository } from '../state/model.ts';
import { levelOf, sees } from '../state/tokens.ts';
import { notFound, Problem } from './problem.ts';

/** The header in which GitHub says what a request needs. */
const ACCEPTED = 'x-accepted-github-permissions';

/** Lets a request to a repository pass or throws what GitHub says: 404, 401 or 403. `needs` as in RouteFacts. */
export function checkPermission(token: Token | undefined, repository: Repository, needs: string): void {
  if (!sees(token, repository)) throw notFound();
  if (needs === '' || allows(token, repository, needs)) return;
  if (token === undefined) throw new Problem(401, 'Requires authentication');
  const what = token.kind === 'installation' ? 'integration' : 'personal access token';
  throw new Problem(403, `Resource not accessible by ${what}`, { headers: { [ACCEPTED]: needs } });
}

function allows(token: Token | undefined, repository: Repository, needs: string): boolean {
  return needs.split(';').some((set) =>
    set.split(',').every((need) => {
      const [name = '', wanted] = need.trim().split('=');
      const level = levelOf(token, repository, name.replaceAll('_', '-') as Permission | 'metadata');
      return wanted === 'write' ? level === 'write' : level !== 'none';
    }),
  );
}
