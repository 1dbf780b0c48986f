import { credentialFiles } from '../declare/credential-references.ts';
import { manifestPaths } from '../declare/manifest-paths.ts';
import { rootsOf } from '../declare/roots.ts';
import type { Finding } from '../model/finding.ts';
import type { RenderedTree } from '../model/manifest.ts';
import type { Repository } from '../ports/repository.ts';
import { blobId } from '../render/blob-id.ts';
import type { Checkout } from './checkout.ts';

/** What was read of a work tree; paths relative to the declaration's folder. */
export interface WhatIsRead {
  /** The approved plan. */
  plan: string;
  /** Files of the rendered folder, path below it → text. */
  committed: Readonly<Record<string, string>>;
  vendorFiles: Readonly<Record<string, string>>;
  /** The user's own manifests. */
  extraFiles: Readonly<Record<string, string>>;
  /** Names the files with credentials and the folder of the manifests; absent: nothing could be rendered. */
  tree?: RenderedTree | undefined;
}

/**
 * In a job: files that an apply goes by and that are not what the commit holds, changed, added or left out by an earlier step, a
 * filter or an encoding of git. Each is a finding (rule rendered). Compares contents with git's own blobs: what git calls unmodified may
 * still be read otherwise than it was reviewed. Line ends that a Windows checkout converts are not a difference. Throws RepositoryError.
 */
export async function notAsCommitted(
  checkout: Checkout,
  repository: Repository,
  { plan, committed, vendorFiles, extraFiles, tree }: WhatIsRead,
): Promise<Finding[]> {
  const { files, file, rendered } = checkout;
  const below = Object.keys(committed).map((path) => `${rendered}/${path}`);
  const read = [...new Set([file, plan, ...Object.keys(vendorFiles), ...Object.keys(extraFiles), ...below])];
  const top = rootsOf(checkout, await repository.prefix()).fromTop;
  const named = tree === undefined ? [] : manifestPaths(tree.fleet);
  const folders = [file, plan, rendered, ...named];
  const credentials = (tree === undefined ? [] : credentialFiles(tree.fleet)).filter((path) => !isOutside(path, top));
  const blobs = await repository.blobs([...folders, ...credentials].map(top));
  // A credential that a step of the job has written is of no commit; one that the commit has is to be that.
  const kept = credentials.filter((path) => blobs.has(top(path)) && !read.includes(path));
  const inputs = await Promise.all([...read, ...kept].map(async (path) => ({ path, text: await files.read(path) })));
  const changed = inputs.filter(({ path, text }) => text !== undefined && !isBlob(text, blobs.get(top(path))));
  const seen = new Set([...read, ...kept].map(top));
  // Of the manifests only YAML is read; the rendered folder has its index and the fleet besides.
  const isRead = (path: string) => (path.startsWith(`${top(rendered)}/`) ? /\.(ya?ml|json)$/ : /\.ya?ml$/).test(path);
  const missing = [...blobs.keys()].filter((path) => !seen.has(path) && isRead(path));
  return [
    ...changed.map(({ path }) => finding(path, `${path} differs from the commit`)),
    ...missing.sort().map((path) => finding(path, `${path} of the commit is missing`)),
  ];
}

function isOutside(path: string, top: (path: string) => string): boolean {
  return /^([\\/]|[A-Za-z]:)/.test(path) || top(path).startsWith('..');
}

function isBlob(text: string, sha: string | undefined): boolean {
  return sha !== undefined && [text, text.replaceAll('\r\n', '\n')].some((form) => blobId(form, sha) === sha);
}

function finding(file: string, message: string): Finding {
  return {
    rule: 'rendered',
    severity: 'error',
    file,
    line: 1,
    column: 1,
    message,
    remedy: 'In a job an apply takes the files of its commit: remove the step, filter or encoding that changes them.',
  };
}
