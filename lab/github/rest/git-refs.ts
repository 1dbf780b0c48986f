import { findRef, isAncestor, listRefs, type Ref, setRefs, typeOf } from '../git/refs.ts';
import { created, NO_CONTENT, ok } from '../http/answer.ts';
import type { RepositoryCall } from '../http/call.ts';
import { optionalFlag, text } from '../http/fields.ts';
import { notFound, refused } from '../http/problem.ts';
import { type Route, route } from '../http/router.ts';
import { checkProtection } from '../pulls/protection.ts';
import { apiOf } from '../shapes/repository.ts';
import { nodeId } from '../shapes/schema.ts';
import { notEmpty } from './lookup.ts';

export const GIT_REF_ROUTES: readonly Route[] = [
  route('GET', '/git/ref/{ref}', { needs: 'contents=read', docs: 'git/refs#get-a-reference' }, async (call) => {
    notEmpty(call);
    const ref = await findRef(call.git, `refs/${call.params['ref']}`);
    if (ref === undefined) throw notFound();
    return ok(refShape(call, ref));
  }),
  route(
    'GET',
    '/git/matching-refs/{ref}',
    { needs: 'contents=read', docs: 'git/refs#list-matching-references' },
    async (call) => {
      notEmpty(call);
      const refs = await listRefs(call.git, `refs/${call.params['ref']}`);
      return ok(refs.map((ref) => refShape(call, ref)));
    },
  ),
  route('POST', '/git/refs', { needs: 'contents=write', docs: 'git/refs#create-a-reference', moves: true }, createRef),
  route('PATCH', '/git/refs/{ref}', { needs: 'contents=write', docs: 'git/refs#update-a-reference', moves: true }, updateRef),
  route('DELETE', '/git/refs/{ref}', { needs: 'contents=write', docs: 'git/refs#delete-a-reference', moves: true }, deleteRef),
];

async function createRef(call: RepositoryCall) {
  notEmpty(call);
  const name = text(call.body, 'ref');
  const sha = text(call.body, 'sha');
  if (!/^refs\/[^/]+\/.+/.test(name)) throw refused('Reference name must start with "refs/" and have at least two slashes.');
  if ((await call.git.attempt(['check-ref-format', name])).exitCode !== 0) throw refused(`${name} is not a valid ref name.`);
  if (await findRef(call.git, name)) throw refused('Reference already exists');
  const type = await objectType(call, sha);
  checkProtection(call.repository, name, 'create');
  // A branch "a" and a branch "a/b" cannot both be.
  await setRefs(call.git, [{ name, sha }]).catch(() => {
    throw refused('Reference update failed');
  });
  return created(refShape(call, { name, sha, type }));
}

async function updateRef(call: RepositoryCall) {
  notEmpty(call);
  const name = `refs/${call.params['ref']}`;
  const sha = text(call.body, 'sha');
  const there = await findRef(call.git, name);
  if (there === undefined) throw refused('Reference does not exist');
  const type = await objectType(call, sha);
  const forward = there.sha === sha || (await isAncestor(call.git, there.sha, sha));
  if (!forward && optionalFlag(call.body, 'force') !== true) throw refused('Update is not a fast forward');
  if (there.sha !== sha) checkProtection(call.repository, name, forward ? 'update' : 'force');
  await setRefs(call.git, [{ name, sha }]);
  return ok(refShape(call, { name, sha, type }));
}

async function deleteRef(call: RepositoryCall) {
  const name = `refs/${call.params['ref']}`;
  if ((await findRef(call.git, name)) === undefined) throw refused('Reference does not exist');
  if (name === `refs/heads/${call.repository.defaultBranch}`) throw refused('Cannot delete the default branch');
  checkProtection(call.repository, name, 'delete');
  await setRefs(call.git, [{ name, sha: undefined }]);
  return NO_CONTENT;
}

async function objectType(call: RepositoryCall, sha: string): Promise<string> {
  const type = await typeOf(call.git, sha);
  if (type === undefined) throw refused('Object does not exist');
  return type;
}

function refShape({ hub, repository }: RepositoryCall, { name, sha, type }: Ref) {
  const git = `${apiOf(hub, repository)}/git`;
  return {
    ref: name,
    node_id: nodeId('REF', name),
    url: `${git}/${name}`,
    object: { sha, type, url: `${git}/${type}s/${sha}` },
  };
}
