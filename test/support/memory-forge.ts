import { type Ensured, type Forge, ForgeError, type NewCommit } from '../../src/ports/forge.ts';
import type { Repository } from '../../src/ports/repository.ts';
import type { MemoryCommit, MemoryHub } from './memory-hub.ts';
import { blobId, changed, treeId } from './memory-trees.ts';

/** Who the tool is on this forge. */
export const TOOL = 'github-actions[bot]';

/** What a commit of the tool is on this forge. */
function commitOf(hub: MemoryHub, input: NewCommit): string {
  const { parents, filesOf = parents[0] ?? '', message, trailer, write, remove } = input;
  const gone = Object.fromEntries(remove.map((path) => [path, undefined]));
  const files = changed(hub.at(filesOf).files, { ...write, ...gone });
  const line = trailer === undefined ? '' : `${trailer.line(treeId(files, trailer.folder) ?? '')}\n`;
  return hub.commit({ parents, files, message: `${message}${line}`, author: TOOL }).sha;
}

/** The forge over a hub, as the commands use it; any other method is a fault of the test. */
export function forgeOf(hub: MemoryHub): Forge {
  const ensured = (operation: Ensured['operation'], id: number): Ensured => ({
    operation,
    id,
    url: `https://forge.example/${id}`,
  });
  const known: Partial<Forge> = {
    whoami: async () => TOOL,
    defaultBranch: async () => 'main',
    branchHead: async (branch) => hub.branches.get(branch),
    compare: async (base, head) => hub.compare(base, head),
    treeOf: async (commit, path) => treeId(hub.at(hub.branches.get(commit) ?? commit).files, path),
    commit: async (input) => commitOf(hub, input),
    advanceBranch: async (branch, to) => {
      const head = hub.branches.get(branch);
      if (head !== undefined && !hub.ancestors(to).has(head))
        throw new ForgeError(`branch ${branch} has moved`, { reason: 'moved', hint: 'run the same command again' });
      hub.move(branch, to);
    },
    removeBranch: async (branch) => hub.deleteBranch(branch),
    openPullRequest: async (branch, base) => {
      const found = hub.pulls.find((pull) => pull.open && pull.headBranch === branch && pull.baseBranch === base);
      return found === undefined ? undefined : { ...found, headSha: hub.branches.get(branch) ?? found.headSha };
    },
    ensurePullRequest: async ({ branch, base, title, body }) => {
      const open = hub.pulls.find((pull) => pull.open && pull.headBranch === branch && pull.baseBranch === base);
      if (open === undefined) {
        const number = hub.pulls.length + 1;
        const headSha = hub.branches.get(branch) ?? '';
        const facts = { number, url: '', title, headSha, headBranch: branch, baseBranch: base, open: true, merged: false, body };
        hub.pulls.push(facts);
        return ensured('created', number);
      }
      const same = open.title === title && open.body === body;
      Object.assign(open, { title, body });
      return ensured(same ? 'unchanged' : 'updated', open.number);
    },
    closePullRequest: async (number) => {
      for (const pull of hub.pulls) if (pull.number === number) pull.open = false;
      return ensured('updated', number);
    },
  };
  return new Proxy(known, {
    get(target, name: keyof Forge) {
      const method = target[name] as ((...args: unknown[]) => Promise<unknown>) | undefined;
      if (method === undefined) throw new Error(`the forge in memory has no ${name}`);
      return async (...args: unknown[]) => {
        await Promise.resolve();
        hub.onRequest(name);
        return await method(...args);
      };
    },
  }) as Forge;
}

/** A checkout of a commit in which nothing is changed. */
export function repositoryOf({ sha, files }: MemoryCommit): Repository {
  return {
    head: async () => sha,
    prefix: async () => '',
    uncommitted: async () => [],
    treeOf: async (path) => treeId(files, path),
    changedAt: async () => undefined,
    blobs: async (paths) => {
      const inside = (path: string) => paths.some((each) => each === '' || path === each || path.startsWith(`${each}/`));
      return new Map(Object.keys(files).flatMap((path) => (inside(path) ? [[path, blobId(files[path] ?? '')]] : [])));
    },
    defaultBranch: async () => 'main',
    remote: async () => undefined,
  };
}
