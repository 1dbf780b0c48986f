import { ok } from '../http/answer.ts';
import { type Route, route } from '../http/router.ts';
import { findRepository } from '../hub.ts';
import { fullRepositoryShape } from '../shapes/repository.ts';

export const REPOSITORY_ROUTES: readonly Route[] = [
  route('GET', '', { needs: '', docs: 'repos/repos#get-a-repository' }, ({ hub, repository, token }) => {
    const parent = repository.forkOf === undefined ? undefined : findRepository(hub.state, repository.forkOf);
    return ok(fullRepositoryShape(hub, repository, token, parent));
  }),
];
