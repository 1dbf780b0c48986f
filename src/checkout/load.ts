import type { Options, Ports } from '../commands/context.ts';
import { readDeclaration } from '../declare/declaration.ts';
import type { Declaration } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import { UserError } from '../model/user-error.ts';

/** Reads and parses the declaration; an absent file is the user's error. */
export async function loadDeclaration(ports: Ports, options: Options): Promise<Declaration> {
  const text = await ports.files.read(options.file);
  if (text === undefined) {
    throw new UserError(`${options.shownFile} does not exist`, 'name the declaration with -f, or run the command in its folder');
  }
  return readDeclaration(text, options.shownFile);
}

/** A checkout on Windows may have converted line ends; a declaration and the vendor's files mean the same with both. */
function unixLines(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** The vendor's manifests that the declaration names, path relative to its folder → text. An absent folder has none. */
export async function loadVendorFiles(ports: Ports, folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const path of await ports.files.list(folder)) {
    if (!/\.ya?ml$/.test(path)) continue;
    const text = await ports.files.read(path);
    if (text !== undefined) files[path] = unixLines(text);
  }
  return files;
}

/** Everything below the rendered folder, path below it → text. */
export async function loadRendered(ports: Ports, options: Options): Promise<Record<string, string>> {
  const files: [string, string][] = [];
  for (const path of await ports.files.list(options.rendered)) {
    const text = await ports.files.read(path);
    if (text !== undefined) files.push([path.slice(options.rendered.length + 1), text]);
  }
  // A file may have any name, __proto__ too.
  return Object.fromEntries(files);
}

/** Findings with paths as the user would type them: files other than the declaration are relative to its folder. */
export function shown(findings: readonly Finding[], options: Options): Finding[] {
  const path = (file: string) => (file === options.shownFile || file.startsWith('/') ? file : `${options.shownFolder}${file}`);
  return findings.map((finding) => ({
    ...finding,
    ...(finding.file === undefined ? {} : { file: path(finding.file) }),
    ...(finding.related === undefined ? {} : { related: finding.related.map((place) => ({ ...place, file: path(place.file) })) }),
  }));
}

/** Warning E23: that nodes may lack a label that a selector wants. A look at the nodes answers it. */
export function isOfflineGuess({ rule, severity }: Finding): boolean {
  return rule === 'E23' && severity === 'warning';
}

/** Whether a finding stops: errors do. */
export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === 'error');
}
