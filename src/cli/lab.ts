import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LabRunOptions } from '../../lab/main.ts';
import { nodeFiles } from '../adapters/node/files.ts';
import { readDeclaration } from '../declare/declaration.ts';
import { PLAIN } from '../model/style.ts';
import { UserError } from '../model/user-error.ts';
import { findingsText } from '../report/text/findings.ts';
import type { Invocation } from './arguments.ts';

/** What the lab offers: it lives in the checkout beside the bundle, not in it, so only its types are known here. */
interface Lab {
  runLab(verb: string, options: LabRunOptions): Promise<number>;
}

/** Runs a verb of the lab for a declaration; throws UserError where there is no checkout or the declaration cannot be used. */
export async function runLabCommand(
  invocation: Invocation,
  host: { directory: string; environment: Readonly<Record<string, string | undefined>>; signal: AbortSignal },
): Promise<number> {
  const file = invocation.text('file') ?? 'clusters.yaml';
  const root = dirname(resolve(host.directory, file));
  const files = nodeFiles(root);
  const text = await files.read(file.split('/').at(-1) ?? file);
  if (text === undefined) throw new UserError(`${file} does not exist`, 'name the declaration with -f');
  const { fleet, findings } = readDeclaration(text, file);
  if (fleet === undefined || findings.some(({ severity }) => severity === 'error')) {
    throw new UserError(
      `${file} has errors:\n${findingsText({ schemaVersion: 1, findings }, PLAIN)}`,
      'cn2-fleet validate shows them all',
    );
  }
  const release: Record<string, string> = {};
  for (const path of await files.list(fleet.release.manifests))
    if (/\.ya?ml$/.test(path)) release[path] = (await files.read(path)) ?? '';
  const provider = invocation.text('provider');
  const lab = await loadLab();
  return lab.runLab(invocation.verb ?? '', {
    fleet,
    root,
    release,
    audit: invocation.on('audit'),
    json: invocation.text('format') === 'json',
    ...(provider === undefined ? {} : { provider }),
    signal: host.signal,
    log: (line) => process.stderr.write(`${line}\n`),
    out: (line) => process.stdout.write(line),
  });
}

/** lab/main.ts of the checkout: beside src/ when run from source, beside dist/ when run from the bundle. */
async function loadLab(): Promise<Lab> {
  for (const folder of [join(import.meta.dirname, '..'), join(import.meta.dirname, '../..')]) {
    const path = join(folder, 'lab/main.ts');
    try {
      await access(path);
    } catch {
      continue;
    }
    return (await import(pathToFileURL(path).href)) as Lab;
  }
  throw new UserError('the lab is not part of the bundle', 'run this command from a checkout of cn2-fleet');
}
