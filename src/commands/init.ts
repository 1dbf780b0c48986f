import { readDeclaration } from '../declare/declaration.ts';
import { type InitDocument, WORKFLOWS, type WorkflowName } from '../model/init.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Files } from '../ports/files.ts';
import type { Repository } from '../ports/repository.ts';
import { firstDeclaration } from '../setup/first-declaration.ts';
import { renderedAttributes, withRenderedAttributes } from '../setup/git-attributes.ts';
import { neededCredentials } from '../setup/needed-credentials.ts';
import { nextSteps } from '../setup/next-steps.ts';
import { fromDeclaration, repositoryPaths } from '../setup/repository-paths.ts';
import { withCredentials, workflowFile } from '../setup/workflow-file.ts';
import { type Options, UserError } from './context.ts';

export interface InitPorts {
  /** Rooted in the folder of the declaration. */
  files: Files;
  repository: Pick<Repository, 'prefix'>;
}

export interface InitOptions extends Pick<Options, 'file' | 'shownFile' | 'shownFolder' | 'rendered'> {
  /** The shipped workflows. */
  templates: Readonly<Record<WorkflowName, string>>;
  /** Of this program. */
  version: string;
}

/**
 * `init`: writes a first declaration where there is none, and the workflows with the paths and secrets of the declaration. Of a workflow
 * that is there nothing changes but that it passes on a credential which the declaration has got since; where that cannot be done, the
 * end is `usage`, and everything else is written all the same. Throws UserError for a declaration that cannot be read and RepositoryError outside of a repository.
 */
export async function initCommand(ports: InitPorts, options: InitOptions): Promise<Outcome<InitDocument>> {
  const { file, shownFile, shownFolder, rendered, templates, version } = options;
  const prefix = await ports.repository.prefix();
  const present = await ports.files.read(file);
  const text = present ?? firstDeclaration(version);
  const { fleet, findings } = readDeclaration(text, shownFile);
  if (fleet === undefined) throw new UserError(`${shownFile} cannot be read`, 'cn2-fleet validate says why');

  const paths = repositoryPaths(prefix, { file, rendered, manifests: fleet.release.manifests });
  const credentials = neededCredentials(fleet);
  const document: InitDocument = {
    schemaVersion: 1,
    declaration: paths.declaration,
    written: present === undefined ? [paths.declaration] : [],
    unchanged: present === undefined ? [] : [paths.declaration],
    adapted: [],
    completed: [],
    differing: [],
    credentials,
    next: nextSteps({
      shownFile,
      shownManifests: `${shownFolder}${fleet.release.manifests}`,
      first: present === undefined,
      errors: findings.filter(({ severity }) => severity === 'error').length,
      manifestsThere: paths.manifests === undefined || (await ports.files.list(fleet.release.manifests)).length > 0,
      credentials,
    }),
  };
  const write: Record<string, string> = present === undefined ? { [file]: text } : {};
  const variables = credentials.filter(({ secret }) => secret !== undefined).map(({ name }) => name);
  for (const name of WORKFLOWS) {
    const path = `.github/workflows/cn2-fleet-${name}.yml`;
    const wanted = workflowFile(templates[name], paths, credentials);
    const there = await ports.files.read(fromDeclaration(prefix, path));
    if (there === undefined) {
      write[fromDeclaration(prefix, path)] = wanted;
      document.written.push(path);
      continue;
    }
    const lacks = variables.filter((variable) => !there.includes(variable));
    const completed = lacks.length === 0 ? undefined : withCredentials(there, credentials);
    if (there.replaceAll('\r\n', '\n') === wanted) document.unchanged.push(path);
    else if (lacks.length === 0) document.adapted.push(path);
    else if (completed === undefined) document.differing.push({ path, lacks });
    else {
      write[fromDeclaration(prefix, path)] = completed;
      document.completed.push({ path, added: lacks });
    }
  }
  await addAttributes(ports.files, { prefix, rendered: paths.rendered, write, document });
  if (Object.keys(write).length > 0) await ports.files.change(write, []);
  return { document, conditions: document.differing.length > 0 ? ['usage'] : [] };
}

/** Adds the lines for the rendered folder to what is to be written; a file that is no text is left to its owner. */
async function addAttributes(
  files: Files,
  to: { prefix: string; rendered: string; write: Record<string, string>; document: InitDocument },
): Promise<void> {
  const { prefix, rendered, write, document } = to;
  // Outside of the repository, or all of it: nothing that a line could name.
  if (rendered === '' || rendered.startsWith('..')) return;
  const there = await files.read(fromDeclaration(prefix, ATTRIBUTES));
  const wanted = withRenderedAttributes(there, rendered);
  if (wanted === there) document.unchanged.push(ATTRIBUTES);
  else if (there?.includes('\u{fffd}')) {
    document.next.unshift(`Add these lines to ${ATTRIBUTES}: ${renderedAttributes(rendered).join(' and ')}.`);
  } else {
    write[fromDeclaration(prefix, ATTRIBUTES)] = wanted;
    document.written.push(ATTRIBUTES);
  }
}

/** At the top of the repository. */
const ATTRIBUTES = '.gitattributes';
