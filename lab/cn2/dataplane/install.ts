import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AGENT_FOLDER, CNI_PROGRAM, CONFLIST_FILE, cniProgram, conflist, READY_FILE } from './conflist.ts';

/** Debian's folder for CNI programs and the one of kind's official node image; the runtime looks in one of them. */
const PROGRAM_FOLDERS = ['/usr/lib/cni', '/opt/cni/bin'];
const CONFIGURATION_FOLDER = '/etc/cni/net.d';

/**
 * Puts program and configuration on the node whose file system is at `root`. The configuration comes last: it makes the
 * node Ready. A file gets its name only when it is whole.
 */
export async function installCni(root: string): Promise<void> {
  for (const folder of PROGRAM_FOLDERS) {
    await place(join(root, folder), CNI_PROGRAM, cniProgram(), 0o755);
  }
  await place(join(root, CONFIGURATION_FOLDER), CONFLIST_FILE, conflist(), 0o644);
}

/** Says that this node's network works (the readiness probe looks at it), or takes it back. */
export async function markReady(root: string, ready: boolean): Promise<void> {
  const path = join(root, READY_FILE);
  if (!ready) return await rm(path, { force: true });
  await mkdir(join(root, AGENT_FOLDER), { recursive: true });
  await writeFile(path, '');
}

async function place(folder: string, name: string, content: string, mode: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  // In the same folder, with a name that no runtime reads: containerd 1.6 takes no notice of a file that is renamed in from
  // elsewhere (it ignores "create"), only of one that changes its name inside the folder.
  const temporary = join(folder, `.${name}.new`);
  await rm(temporary, { force: true });
  await writeFile(temporary, content);
  await chmod(temporary, mode);
  await rename(temporary, join(folder, name));
}
