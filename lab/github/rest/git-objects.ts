import { readCommit, type Signature } from '../git/commits.ts';
import { typeOf } from '../git/refs.ts';
import { listTree, type TreeChange, type TreeEntry, writeBlobs, writeTree } from '../git/trees.ts';
import { writeCommit } from '../git/write-commit.ts';
import { created, ok } from '../http/answer.ts';
import type { RepositoryCall } from '../http/call.ts';
import { optionalText, optionalTexts, text } from '../http/fields.ts';
import { notFound, Problem, refused } from '../http/problem.ts';
import { type Route, route } from '../http/router.ts';
import { gitCommitShape } from '../shapes/commit.ts';
import { apiOf } from '../shapes/repository.ts';
import { nodeId } from '../shapes/schema.ts';
import { noReplyAddress } from '../state/accounts.ts';
import { notEmpty } from './lookup.ts';
import { writerOf } from './writer.ts';

export const GIT_OBJECT_ROUTES: readonly Route[] = [
  route('POST', '/git/blobs', { needs: 'contents=write', docs: 'git/blobs#create-a-blob' }, createBlob),
  route('GET', '/git/blobs/{file_sha}', { needs: 'contents=read', docs: 'git/blobs#get-a-blob' }, getBlob),
  route('POST', '/git/trees', { needs: 'contents=write', docs: 'git/trees#create-a-tree' }, createTree),
  route('GET', '/git/trees/{tree_sha}', { needs: 'contents=read', docs: 'git/trees#get-a-tree' }, getTree),
  route('POST', '/git/commits', { needs: 'contents=write', docs: 'git/commits#create-a-commit' }, createCommit),
  route('GET', '/git/commits/{commit_sha}', { needs: 'contents=read', docs: 'git/commits#get-a-commit-object' }, async (call) => {
    const sha = call.params['commit_sha']!;
    if ((await typeOf(call.git, sha)) !== 'commit') throw notFound();
    return ok(gitCommitShape(call.hub, call.repository, await readCommit(call.git, sha)));
  }),
];

async function createBlob(call: RepositoryCall) {
  notEmpty(call);
  const content = text(call.body, 'content');
  const base64 = optionalText(call.body, 'encoding') === 'base64';
  const [sha] = await writeBlobs(call.git, [Buffer.from(content, base64 ? 'base64' : 'utf8')]);
  return created({ sha: sha!, url: `${apiOf(call.hub, call.repository)}/git/blobs/${sha}` } as { url: string });
}

async function getBlob(call: RepositoryCall) {
  const sha = call.params['file_sha']!;
  if ((await typeOf(call.git, sha)) !== 'blob') throw notFound();
  const { stdout } = await call.git.attempt(['cat-file', 'blob', sha]);
  return ok({
    sha,
    node_id: nodeId('B', sha),
    size: stdout.length,
    url: `${apiOf(call.hub, call.repository)}/git/blobs/${sha}`,
    content: wrapped(stdout),
    encoding: 'base64',
  });
}

async function createTree(call: RepositoryCall) {
  notEmpty(call);
  const entries = call.body['tree'];
  if (!Array.isArray(entries)) throw refused('Invalid tree info');
  const base = optionalText(call.body, 'base_tree');
  if (base !== undefined && (await typeOf(call.git, base)) === undefined) throw new Problem(404, 'Not Found');
  const sha = await writeTree(
    call.git,
    base,
    await Promise.all(entries.map((entry) => treeChange(call, entry as Record<string, unknown>))),
  );
  if (sha === undefined) throw refused('GitRPC::BadObjectState');
  return created(treeShape(call, sha, await listTree(call.git, sha, false)));
}

/** Checks an entry as GitHub does; the words are those of its answers. */
async function treeChange(call: RepositoryCall, entry: Record<string, unknown>): Promise<TreeChange> {
  const { path, mode, sha, content } = entry;
  if (
    typeof path !== 'string' ||
    path === '' ||
    path.split('/').some((part) => part === '' || part === '.' || part === '..' || part === '.git')
  )
    throw refused('tree.path contains a malformed path component');
  if (typeof mode !== 'string' || !/^(100644|100755|040000|160000|120000)$/.test(mode))
    throw refused('Must supply a valid tree.mode');
  if (sha !== undefined && content !== undefined) throw refused('Must supply either tree.sha or tree.content, not both');
  if (sha === undefined && content === undefined) throw refused('Must supply either tree.sha or tree.content');
  if (typeof content === 'string') return { path, mode, content };
  if (sha === null) return { path, mode, sha };
  const type = await typeOf(call.git, String(sha));
  if (mode !== '160000' && type !== (mode === '040000' ? 'tree' : 'blob'))
    throw refused(`tree.sha ${sha} is not a valid ${mode === '040000' ? 'tree' : 'blob'}`);
  return { path, mode, sha: String(sha) };
}

async function getTree(call: RepositoryCall) {
  const name = call.params['tree_sha']!;
  const result = await call.git.attempt(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{tree}`]);
  if (result.exitCode !== 0) throw notFound();
  const sha = result.stdout.toString('utf8').trim();
  return ok(treeShape(call, sha, await listTree(call.git, sha, call.query.has('recursive'))));
}

async function createCommit(call: RepositoryCall) {
  notEmpty(call);
  const tree = text(call.body, 'tree');
  const parents = optionalTexts(call.body, 'parents') ?? [];
  if ((await typeOf(call.git, tree)) !== 'tree') throw refused('Tree SHA does not exist');
  for (const parent of parents)
    if ((await typeOf(call.git, parent)) !== 'commit') throw refused('Parent SHA does not exist or is not a commit object');
  const { account, app } = writerOf(call);
  const own = { name: account.login, email: noReplyAddress(account), date: call.hub.now() };
  const author = signatureIn(call.body['author'], own);
  // GitHub commits for Apps under its own name and signs, as long as nobody else is named.
  const signed = app !== undefined && call.body['author'] === undefined && call.body['committer'] === undefined;
  const committer = signatureIn(
    call.body['committer'],
    signed ? { ...own, name: 'GitHub', email: 'noreply@github.com' } : author,
  );
  const signature = optionalText(call.body, 'signature') ?? (signed ? 'github' : undefined);
  const sha = await writeCommit(call.git, {
    tree,
    parents,
    message: text(call.body, 'message'),
    author,
    committer,
    ...(signature === undefined ? {} : { signature }),
  });
  return created(gitCommitShape(call.hub, call.repository, await readCommit(call.git, sha)));
}

function signatureIn(value: unknown, initial: Signature): Signature {
  if (typeof value !== 'object' || value === null) return initial;
  const { name, email, date } = value as Partial<Signature>;
  return { name: name ?? initial.name, email: email ?? initial.email, date: date ?? initial.date };
}

function treeShape({ hub, repository }: RepositoryCall, sha: string, entries: readonly TreeEntry[]) {
  const git = `${apiOf(hub, repository)}/git`;
  return {
    sha,
    url: `${git}/trees/${sha}`,
    tree: entries.map((entry) => ({ ...entry, url: `${git}/${entry.type}s/${entry.sha}` })),
    truncated: false,
  };
}

/** Base64 in lines of 60, as GitHub sends it. */
function wrapped(content: Buffer): string {
  return content.toString('base64').replace(/.{1,60}/g, '$&\n');
}
