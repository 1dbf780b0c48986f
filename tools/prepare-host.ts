/** Installs what the tests need of a Debian or Ubuntu host, as root; elsewhere it says which suites will be skipped, and changes nothing. */
import { existsSync } from 'node:fs';
import { ensurePackages } from '../lab/kind/packages.ts';
import { chooseProvider } from '../lab/kind/provider.ts';

if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
  process.stderr.write('not root on Debian or Ubuntu: suites that need network namespaces or the lab are skipped\n');
} else {
  await ensurePackages(await chooseProvider(undefined), (line) => process.stderr.write(`${line}\n`));
}
