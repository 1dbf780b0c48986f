import { access } from 'node:fs/promises';
import { LabError, run } from './commands.ts';
import type { ProviderName } from './state.ts';

/** A file whose absence means that a Debian package is missing. */
export interface PackageFile {
  file: string;
  package: string;
}

const FILES: readonly (PackageFile & { providers: readonly ProviderName[] })[] = [
  { file: '/usr/bin/podman', package: 'podman', providers: ['podman'] },
  { file: '/usr/bin/conmon', package: 'conmon', providers: ['podman'] },
  { file: '/usr/sbin/runc', package: 'runc', providers: ['podman'] },
  { file: '/usr/lib/podman/netavark', package: 'netavark', providers: ['podman'] },
  { file: '/usr/lib/podman/aardvark-dns', package: 'aardvark-dns', providers: ['podman'] },
  { file: '/usr/sbin/debootstrap', package: 'debootstrap', providers: ['podman'] },
  { file: '/usr/sbin/iptables', package: 'iptables', providers: ['podman'] },
  { file: '/usr/sbin/nft', package: 'nftables', providers: ['podman', 'docker'] },
  { file: '/usr/bin/ip', package: 'iproute2', providers: ['podman', 'docker'] },
  { file: '/usr/bin/ping', package: 'iputils-ping', providers: ['podman', 'docker'] },
  { file: '/usr/bin/nsenter', package: 'util-linux', providers: ['podman', 'docker'] },
  { file: '/usr/bin/busybox', package: 'busybox-static', providers: ['podman', 'docker'] },
];

/** Installs what the lab needs of this host. Throws LabError where it may not. */
export function ensurePackages(provider: ProviderName, progress: (line: string) => void): Promise<void> {
  return ensureFiles(
    FILES.filter(({ providers }) => providers.includes(provider)),
    progress,
  );
}

/** Installs with apt what this host lacks of these, and says what. Throws LabError where it may not. */
export async function ensureFiles(files: readonly PackageFile[], progress: (line: string) => void): Promise<void> {
  const missing: string[] = [];
  for (const { file, package: name } of files) {
    // /bin and /usr/bin are one folder on current Debian and two on hosts that were upgraded from old ones.
    if (!(await present(file)) && !(await present(file.replace('/usr/', '/')))) missing.push(name);
  }
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0)
    throw new LabError(`the lab needs packages of this host: sudo apt-get install ${missing.join(' ')}`);
  progress(`installing with apt: ${missing.join(' ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env });
}

function present(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
