import type { TarEntry } from './tar.ts';

const USERS = { root: 0, cn2: 1000, probe: 65532, nobody: 65534 };

/** What every image begins with: merged /usr, the folders that programs expect, users for the ids that pods run with. */
export function rootFolders(): TarEntry[] {
  const folder = (path: string, mode = 0o755): TarEntry => ({ kind: 'folder', path, mode });
  const link = (path: string, target: string): TarEntry => ({ kind: 'link', path, target });
  const lines = (line: (name: string, id: number) => string) =>
    Object.entries(USERS)
      .map(([name, id]) => `${line(name, id)}\n`)
      .join('');
  return [
    folder('usr'),
    ...[
      'usr/bin',
      'usr/sbin',
      'usr/lib',
      'usr/lib64',
      'usr/local',
      'usr/local/bin',
      'etc',
      'root',
      'run',
      'proc',
      'sys',
      'dev',
    ].map((path) => folder(path)),
    // Not a link to /run: a pod that mounts its node's /run would find its service account's token there, and so would the node.
    folder('var'),
    folder('var/run'),
    folder('tmp', 0o1777),
    link('bin', 'usr/bin'),
    link('sbin', 'usr/sbin'),
    link('lib', 'usr/lib'),
    link('lib64', 'usr/lib64'),
    { kind: 'text', path: 'etc/passwd', mode: 0o644, text: lines((name, id) => `${name}:x:${id}:${id}::/tmp:/bin/sh`) },
    { kind: 'text', path: 'etc/group', mode: 0o644, text: lines((name, id) => `${name}:x:${id}:`) },
    // Name resolution as containers expect it: the hosts file first, then the cluster's name server.
    { kind: 'text', path: 'etc/nsswitch.conf', mode: 0o644, text: 'hosts: files dns\n' },
  ];
}

/** A program's members: itself under /usr. */
export function program(source: string, path: string): TarEntry {
  return { kind: 'copy', path, mode: 0o755, source };
}

/** Links from applets' names to busybox. */
export function applets(names: readonly string[]): TarEntry[] {
  return names.map((name) => ({ kind: 'link', path: `usr/bin/${name}`, target: 'busybox' }));
}
