import { readDeclaration } from '../declare/declaration.ts';
import type { Declaration } from '../model/declaration.ts';
import { UserError } from '../model/user-error.ts';
import type { Files } from '../ports/files.ts';
import type { Checkout } from './checkout.ts';

/** Reads and parses the declaration; an absent file is the user's error. */
export async function loadDeclaration({ files, file, shownFile }: Checkout): Promise<Declaration> {
  const text = await files.read(file);
  if (text === undefined) {
    throw new UserError(`${shownFile} does not exist`, 'name the declaration with -f, or run the command in its folder');
  }
  return readDeclaration(text, shownFile);
}

/** A checkout on Windows may have converted line ends; a declaration and the vendor's files mean the same with both. */
export function unixLines(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** Whether a file is YAML by its name. */
export function isYaml(path: string): boolean {
  return /\.ya?ml$/.test(path);
}

/** The vendor's manifests that the declaration names, path relative to its folder → text. An absent folder has none. */
export async function loadVendorFiles(files: Files, folder: string): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [path, text] of await files.readAll(folder, isYaml)) texts[path] = unixLines(text);
  return texts;
}

/** Everything below the rendered folder, path below it → text. */
export async function loadRendered({ files, rendered }: Checkout): Promise<Record<string, string>> {
  const texts = await files.readAll(rendered);
  // A file may have any name, __proto__ too.
  return Object.fromEntries(texts.map(([path, text]) => [path.slice(rendered.length + 1), text]));
}
