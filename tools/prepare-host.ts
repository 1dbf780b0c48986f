/**
 * Installs what the tests need of a Debian or Ubuntu host, as root; elsewhere it says which suites will be skipped. Builds the programs
 * that tests start: on a new machine that takes minutes, which no test's own time has room for.
 */
import { existsSync } from 'node:fs';
import { ensureBinaries } from '../lab/binaries/binaries.ts';
import { ensureFiles, ensurePackages } from '../lab/kind/packages.ts';
import { chooseProvider } from '../lab/kind/provider.ts';
import { browserPlace } from '../test/support/browser-place.ts';

if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
  process.stderr.write('not root on Debian or Ubuntu: suites that need network namespaces, a browser or the lab are skipped\n');
} else {
  const progress = (line: string) => process.stderr.write(`${line}\n`);
  await ensurePackages(await chooseProvider(undefined), progress);
  if (browserPlace() === undefined) {
    const browser = { file: '/usr/bin/chromium-headless-shell', package: 'chromium-headless-shell' };
    // Ubuntu has none in its archive.
    await ensureFiles([browser], progress).catch(() => progress('no Chromium: tests of HTML pages are skipped'));
  }
}

const STARTED = ['kube-apiserver', 'kube-controller-manager', 'etcd', 'kubectl', 'act'] as const;
await ensureBinaries(STARTED, { progress: (line) => process.stderr.write(`${line}\n`) });
