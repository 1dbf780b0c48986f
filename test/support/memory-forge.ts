import { type Ensured, type Forge, ForgeError, type NewCommit } from '../../src/ports/forge.ts';
import type { Repository } from '../../src/ports/repository.ts';
import type { MemoryCommit, MemoryHub } from './memory-hub.ts';
import { below, blobId, changed, treeId, without } from './memory-trees.ts';

/** Who the tool is on this forge. */
const TOOL = 'github-actions[bot]';

/** What a commit of the tool is on this forge. */
function commitOf(hub: MemoryHub, input: NewCommit): string {
  const { parents, filesOf = parents[0] ?? '', folderOf, message, trailer, write, remove } = input;
  const gone = Object.fromEntries(remove.map((path) => [path, undefined]));
  const taken = folderOf === undefined ? {} : below(hub.at(folderOf.commit).files, folderOf.folder);
  const kept = folderOf === undefined ? hub.at(filesOf).files : without(hub.at(filesOf).files, folderOf.folder);
  const moved = Object.fromEntries(Object.entries(taken).map(([path, text]) => [`${folderOf?.folder}/${path}`, text]));
  const files = changed(kept, { ...moved, ...write, ...gone });
  const line = trailer === undefined ? '' : `${trailer.line(treeId(files, trailer.folder) ?? '')}\n`;
  return hub.commit({ parents, files, message: `${message}${line}`, author: TOOL, signed: true }).sha;
}

function moved(branch: string): ForgeError {
  return new ForgeError(`branch ${branch} has moved`, { reason: 'moved', hint: 'run the same command again' });
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
    compare: async (base, head) => hub.history(base, head),
    history: async (base, head) => hub.history(base, head),
    contains: async (commit, earlier) => hub.ancestors(commit).has(earlier),
    treeWith: async (commit, { write, remove }) => {
      const gone = Object.fromEntries(remove.map((path) => [path, undefined]));
      return treeId(changed(hub.at(commit).files, { ...write, ...gone }), '') ?? '';
    },
    treeWithout: async (commit, folder) => treeId(without(hub.at(commit).files, folder), '') ?? '',
    treeOf: async (commit, path) => treeId(hub.at(hub.branches.get(commit) ?? commit).files, path),
    commit: async (input) => commitOf(hub, input),
    advanceBranch: async (branch, to, from) => {
      const head = hub.branches.get(branch);
      const gone = from !== undefined && from !== null && head === undefined;
      if (gone || (head !== undefined && !hub.ancestors(to).has(head))) throw moved(branch);
      hub.move(branch, to);
    },
    replaceBranch: async (branch, from, to) => {
      if (hub.branches.get(branch) !== from) throw moved(branch);
      hub.move(branch, to);
      return true;
    },
    removeBranch: async (branch, from) => {
      if (from !== undefined && hub.branches.get(branch) !== from) throw moved(branch);
      hub.deleteBranch(branch);
    },
    openPullRequest: async (branch, base) => {
      const found = hub.pulls.find(
        (pull) => pull.open && pull.headBranch === branch && (base === undefined || pull.baseBranch === base),
      );
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
    pullRequestChange: async ({ branch, base, title, body }) => {
      const open = hub.pulls.find((pull) => pull.open && pull.headBranch === branch && pull.baseBranch === base);
      if (open === undefined) return 'created';
      return open.title === title && open.body === body ? 'unchanged' : 'updated';
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
    isTracked: async () => true,
    remote: async () => undefined,
  };
}
