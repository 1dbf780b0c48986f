import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runAsRoot } from './commands.ts';

/** Value of a setting by its path below /proc/sys; undefined where this kernel has none. */
export async function settingOf(name: string): Promise<string | undefined> {
  const text = await readFile(join('/proc/sys', name), 'utf8').catch(() => undefined);
  return text?.trim();
}

/** Sets a setting below /proc/sys, as root; throws LabError where that is refused. */
export async function setSetting(name: string, value: string): Promise<void> {
  await runAsRoot('sysctl', ['-q', '-w', `${name.replaceAll('/', '.')}=${value}`]);
}
