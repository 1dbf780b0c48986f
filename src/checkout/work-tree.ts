import type { FilePosition, Finding } from '../model/finding.ts';
import { type Fleet, manifestFolders } from '../model/fleet.ts';
import { UserError } from '../model/user-error.ts';
import { type Files, FilesError } from '../ports/files.ts';
import { judgePath } from '../render/work-tree-findings.ts';
import type { Checkout } from './checkout.ts';
import { loadRendered, loadVendorFiles } from './load.ts';

/** Files by path, or why they are not read. */
export interface OwnFiles {
  /** Empty beside findings. */
  files: Record<string, string>;
  findings: Finding[];
}

/** A path of the command line that is none of the work tree is the user's error. `shown`: as the user wrote it. */
export async function requireOwn(files: Pick<Files, 'survey'>, path: string, shown: string): Promise<void> {
  const [fault] = judgePath(await files.survey(path), { rule: 'rendered', path });
  if (fault !== undefined)
    throw new UserError(
      fault.message.replace(path, () => shown),
      fault.remedy,
    );
}

/** Everything below the rendered folder, path below it → text; findings (rule rendered) where something there is no plain file. */
export async function ownRendered(checkout: Checkout): Promise<OwnFiles> {
  const { rendered } = checkout;
  if (/^(\.\.(\/|$))*$/.test(rendered))
    throw new UserError(
      '--rendered: the declaration is in that folder, which may hold nothing but what render writes',
      'name a separate folder, for example rendered beside the declaration',
    );
  const facts = await checkout.files.survey(rendered);
  const findings = judgePath(facts, { rule: 'rendered', path: rendered });
  if (facts.outside) throw new UserError(`--rendered: ${findings[0]!.message}`, findings[0]!.remedy);
  if (findings.length > 0) return { files: {}, findings };
  try {
    return { files: await loadRendered(checkout), findings };
  } catch (error) {
    if (!(error instanceof FilesError)) throw error;
    const place = { file: rendered, line: 1, column: 1 };
    return { files: {}, findings: [{ rule: 'rendered', severity: 'error', ...place, message: error.message, remedy: RESTORE }] };
  }
}

const RESTORE = 'Restore it, or remove the file and run cn2-fleet render.';

/** The vendor's files of every folder that a fleet names, path relative to the declaration → text. `placeOf`: of a JSON pointer. */
export async function ownVendorFiles(
  files: Files,
  fleet: Fleet,
  placeOf: (pointer: string) => FilePosition,
  rule: 'manifests' | 'rendered' = 'manifests',
): Promise<OwnFiles> {
  const all: OwnFiles = { files: {}, findings: [] };
  for (const { folder, at } of manifestFolders(fleet)) {
    const { files: found, findings } = await ownFolder(files, folder, placeOf(at), rule);
    Object.assign(all.files, found);
    all.findings.push(...findings);
  }
  return all.findings.length > 0 ? { ...all, files: {} } : all;
}

/** The files of one folder; findings at `declaredAt` where it is not all plain files. */
async function ownFolder(
  files: Files,
  folder: string,
  declaredAt: FilePosition,
  rule: 'manifests' | 'rendered',
): Promise<OwnFiles> {
  const findings = judgePath(await files.survey(folder), { rule, path: folder, declaredAt });
  if (findings.length > 0) return { files: {}, findings };
  try {
    return { files: await loadVendorFiles(files, folder), findings };
  } catch (error) {
    if (!(error instanceof FilesError)) throw error;
    return {
      files: {},
      findings: [{ rule, severity: 'error', ...declaredAt, message: error.message, remedy: `${error.hint}.` }],
    };
  }
}
