import { chmod, copyFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureBinaries } from '../binaries/binaries.ts';
import { cacheKey, ensureFolder, folderParts } from '../binaries/cache.ts';
import { lockFile } from '../binaries/lock.ts';
import { type BinaryName, COREDNS_TAG, ETCD_TAG, KUBERNETES_VERSION, PAUSE_TAG } from '../binaries/modules.ts';
import { attempt, run } from './commands.ts';
import { ensureRootfs } from './rootfs.ts';

const REPOSITORY = 'localhost/cn2-fleet-node';
const SOURCES = join(import.meta.dirname, 'node');

/** Programs on the node itself. */
const ON_NODE: readonly BinaryName[] = ['kubelet', 'kubeadm', 'kubectl'];
/** Programs that become images in the node's store. */
const IN_STORE: readonly BinaryName[] = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
  'etcd',
  'coredns',
  'pause',
];

/** Units that have no business in a container; some of them would reach for the host's devices and settings. */
const MASKED_UNITS = [
  'systemd-sysctl.service',
  'systemd-modules-load.service',
  'systemd-udevd.service',
  'systemd-logind.service',
  'systemd-binfmt.service',
  'e2scrub_reap.service',
  'getty@.service',
  'console-getty.service',
  'proc-sys-fs-binfmt_misc.automount',
  'sys-fs-fuse-connections.mount',
  'dev-hugepages.mount',
  'dev-mqueue.mount',
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'fstrim.timer',
  'systemd-tmpfiles-clean.timer',
];

/**
 * Name of a node image in podman's store, made of Debian packages and Kubernetes' published modules where it is not there
 * yet. The name carries the key of everything that goes in, so a second call only asks podman whether it has it.
 */
export async function ensureNodeImage(
  cacheDir: string,
  env: Record<string, string>,
  progress: (line: string) => void,
): Promise<string> {
  const [binaries, rootfs] = await Promise.all([
    ensureBinaries([...ON_NODE, ...IN_STORE], { cacheDir, progress }),
    ensureRootfs(cacheDir, progress),
  ]);
  const paths = Object.entries(binaries).flat();
  const key = cacheKey([rootfs, ...paths, ...MASKED_UNITS, ...(await folderParts(SOURCES))]);
  const image = `${REPOSITORY}:${KUBERNETES_VERSION}-${key}`;
  if (await hasImage(image, env)) return image;
  const folder = await ensureFolder(cacheDir, 'node');
  await using _lock = await lockFile(join(folder, 'image.lock'));
  if (await hasImage(image, env)) return image;
  progress('packing the node image, about 1 min');
  const work = await mkdtemp(join(folder, 'image-building-'));
  try {
    await assemble(work, rootfs, binaries);
    await importImage(work, image, env);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  await removeOlder(image, env);
  return image;
}

async function assemble(root: string, rootfs: string, binaries: Record<string, string>): Promise<void> {
  await run('tar', ['--xattrs', '-C', root, '-xf', rootfs]);
  await chmod(root, 0o755); // mkdtemp makes it 0700, and the archive has an entry for it that others read
  await cp(join(SOURCES, 'files'), root, { recursive: true });
  const config = join(root, 'etc/containerd/config.toml');
  await writeFile(config, (await readFile(config, 'utf8')).replace('@PAUSE_TAG@', PAUSE_TAG));
  await mkdir(join(root, 'kind'), { recursive: true });
  await writeFile(join(root, 'kind/version'), KUBERNETES_VERSION);
  for (const name of ON_NODE) await copyFile(String(binaries[name]), join(root, 'usr/local/bin', name));
  await configureUnits(root);
  await fillStore(root, binaries);
}

async function configureUnits(root: string): Promise<void> {
  const units = join(root, 'etc/systemd/system');
  for (const unit of MASKED_UNITS) {
    await rm(join(units, unit), { force: true });
    await symlink('/dev/null', join(units, unit));
  }
  await mkdir(join(units, 'multi-user.target.wants'), { recursive: true });
  for (const [unit, folder] of [
    ['containerd', '/lib/systemd/system'],
    ['kubelet', '/etc/systemd/system'],
  ]) {
    const link = join(units, 'multi-user.target.wants', `${unit}.service`);
    await rm(link, { force: true });
    await symlink(`${folder}/${unit}.service`, link);
  }
  await rm(join(units, 'default.target'), { force: true });
  await symlink('/lib/systemd/system/multi-user.target', join(units, 'default.target'));
}

/** containerd itself imports the control plane's images, in the root that it will have. */
async function fillStore(root: string, binaries: Record<string, string>): Promise<void> {
  const programs = join(root, 'programs');
  await mkdir(programs);
  for (const name of IN_STORE) await copyFile(String(binaries[name]), join(programs, name));
  await copyFile(join(SOURCES, 'make-store.sh'), join(programs, 'make-store'));
  const inside = `mount -t proc proc "$0/proc" && exec chroot "$0" /bin/bash /programs/make-store "$@"`;
  await run('unshare', [
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    'sh',
    '-c',
    inside,
    root,
    KUBERNETES_VERSION,
    ETCD_TAG,
    COREDNS_TAG,
    PAUSE_TAG,
  ]);
  await rm(programs, { recursive: true, force: true });
}

/** One layer through a pipe: no builder that would copy the tree twice. */
async function importImage(root: string, image: string, env: Record<string, string>): Promise<void> {
  const changes = ['ENTRYPOINT ["/usr/local/bin/node-entry"]', 'STOPSIGNAL SIGRTMIN+3'].flatMap((line) => ['--change', line]);
  const pipe = 'set -o pipefail; tar --numeric-owner -C "$0" -c . | podman import --quiet "$@"';
  await run('bash', ['-c', pipe, root, ...changes, '-', image], { env });
}

/** A node image is over a gigabyte: those of earlier versions go, unless a node still runs on one. */
async function removeOlder(image: string, env: Record<string, string>): Promise<void> {
  const format = '{{.Repository}}:{{.Tag}}';
  const { stdout } = await attempt('podman', ['images', '--format', format, REPOSITORY], { env });
  for (const name of stdout.split('\n')) if (name !== '' && name !== image) await attempt('podman', ['rmi', name], { env });
}

async function hasImage(image: string, env: Record<string, string>): Promise<boolean> {
  return (await attempt('podman', ['image', 'exists', image], { env })).exitCode === 0;
}
