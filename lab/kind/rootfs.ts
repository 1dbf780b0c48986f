import { access, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheKey, ensureFolder } from '../binaries/cache.ts';
import { lockFile } from '../binaries/lock.ts';
import { run } from './commands.ts';

const SUITE = 'bookworm';

/** What a node needs beside Kubernetes: kubeadm's and kind's tools, containerd, and what CN2's vRouter does on its node. */
const NODE_PACKAGES: readonly string[] = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'containerd',
  'runc',
  'containernetworking-plugins',
  'iproute2',
  'iptables',
  'nftables',
  'conntrack',
  'kmod',
  'procps',
  'ethtool',
  'socat',
  'mount',
  'util-linux',
  'ca-certificates',
  'curl',
  'jq',
  'hostname',
  'iputils-ping',
];

/** Documentation and caches: a third of the size and nothing that a node reads. */
const LEFT_OUT = ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'usr/share/info', 'var/cache/apt', 'var/lib/apt/lists'];

/**
 * Path of a tar with a Debian root for nodes, made with debootstrap (about a minute) when the cache lacks it.
 * Needs root and Debian's archive.
 */
export async function ensureRootfs(cacheDir: string, progress: (line: string) => void): Promise<string> {
  const folder = await ensureFolder(cacheDir, 'node');
  const archive = join(folder, `rootfs-${cacheKey([SUITE, process.arch, ...NODE_PACKAGES, ...LEFT_OUT])}.tar`);
  if (await exists(archive)) return archive;
  await using _lock = await lockFile(`${archive}.lock`);
  if (await exists(archive)) return archive;
  progress('making the root of a node from Debian packages, about 2 min');
  const work = await mkdtemp(join(folder, 'rootfs-building-'));
  try {
    const root = join(work, 'root');
    await run('debootstrap', ['--variant=minbase', `--include=${NODE_PACKAGES.join(',')}`, SUITE, root]);
    for (const path of LEFT_OUT) await rm(join(root, path), { recursive: true, force: true });
    const half = join(work, 'rootfs.tar');
    await run('tar', ['--numeric-owner', '--xattrs', '-C', root, '-cf', half, '.']);
    await rename(half, archive);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return archive;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
