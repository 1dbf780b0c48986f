import { placeOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { FilePosition, Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import { type ManifestFolder, manifestFolders } from '../model/manifest-folders.ts';
import { type Files, FilesError } from '../ports/files.ts';
import { contains } from '../render/extra-paths.ts';
import { judgePath } from '../render/work-tree-findings.ts';
import type { Checkout } from './checkout.ts';
import { isYaml, loadVendorFiles, unixLines } from './load.ts';
import type { OwnFiles } from './work-tree.ts';

/**
 * The user's own manifests that the declaration names under `extra`, path relative to the declaration → text; findings (rule manifests)
 * at the entry whose path is missing, is not all plain files of the work tree, or leads into what is read otherwise.
 */
export async function ownExtraFiles(checkout: Checkout, fleet: Fleet, source: SourceMap): Promise<OwnFiles> {
  const read: OwnFiles = { files: {}, findings: [] };
  for (const [index, { path }] of (fleet.extra ?? []).entries()) {
    if (path === '') continue;
    const declaredAt = placeOf(source, pointer('extra', index, 'path'));
    const { files, findings } = misplaced(checkout, fleet, path, declaredAt) ?? (await filesOf(checkout.files, path, declaredAt));
    Object.assign(read.files, files);
    read.findings.push(...findings);
  }
  return read.findings.length === 0 ? read : { files: {}, findings: read.findings };
}

async function filesOf(files: Files, path: string, declaredAt: FilePosition): Promise<OwnFiles> {
  const findings = judgePath(await files.survey(path), { rule: 'manifests', path, declaredAt });
  if (findings.length > 0) return { files: {}, findings };
  try {
    const below = await loadVendorFiles(files, path);
    if (Object.keys(below).length > 0) return { files: below, findings };
    if ((await files.list(path)).length > 0)
      return problem(declaredAt, `extra: folder ${path} holds no YAML file`, 'Only files named *.yaml or *.yml are read.');
    const text = await fileText(files, path);
    if (text === undefined)
      return problem(declaredAt, `extra: ${path} does not exist`, 'Write the path relative to the declaration.');
    if (!isYaml(path))
      return problem(declaredAt, `extra: ${path} is not a YAML file by its name`, 'Only files named *.yaml or *.yml are read.');
    return { files: { [path]: unixLines(text) }, findings };
  } catch (error) {
    if (!(error instanceof FilesError)) throw error;
    return problem(declaredAt, error.message, `${error.hint}.`);
  }
}

/** An empty folder is in no commit: it counts as missing. */
async function fileText(files: Files, path: string): Promise<string | undefined> {
  try {
    return await files.read(path);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'EISDIR') return undefined;
    throw error;
  }
}

/** What is there has a meaning of its own, or the path is not in the spelling by which files are known to be below it. */
function misplaced(
  { file, rendered, files }: Checkout,
  fleet: Fleet,
  path: string,
  declaredAt: FilePosition,
): OwnFiles | undefined {
  if (path.startsWith('/'))
    return problem(declaredAt, `extra: ${path} does not exist`, 'Write the path relative to the declaration.');
  const place = files.spelling(path);
  const overlaps = (other: string) => contains(place, files.spelling(other)) || contains(files.spelling(other), place);
  if (contains(place, file))
    return problem(
      declaredAt,
      `extra: ${path} holds the declaration itself`,
      'Name a file or a folder that holds your manifests alone.',
    );
  if (overlaps(rendered)) return problem(declaredAt, `extra: ${path} overlaps with the rendered folder ${rendered}`, OWN_FOLDER);
  const vendor = manifestFolders(fleet).find(({ folder }) => overlaps(folder));
  if (vendor !== undefined)
    return problem(declaredAt, `extra: ${path} overlaps with ${keyOf(vendor, fleet)} (${vendor.folder})`, OWN_FOLDER);
  if (place !== path)
    return problem(declaredAt, `extra: ${path} leads out of the declaration's folder and back into it`, `Write ${place}.`);
  return undefined;
}

function keyOf({ folder, at }: ManifestFolder, { distributed }: Fleet): string {
  const owner = at.startsWith('/distributed/') ? distributed.find(({ manifests }) => manifests === folder) : undefined;
  return owner === undefined ? 'release.manifests' : `the manifests of ${owner.name}`;
}

const OWN_FOLDER = 'Put your manifests into a folder of their own.';

function problem(declaredAt: FilePosition, message: string, remedy: string): OwnFiles {
  const finding: Finding = { rule: 'manifests', severity: 'error', ...declaredAt, message, remedy };
  return { files: {}, findings: [finding] };
}
