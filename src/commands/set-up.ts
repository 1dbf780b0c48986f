import { readNeighbourhood } from '../checkout/neighbours.ts';
import { readDeclaration } from '../declare/declaration.ts';
import { plainPath, type Roots, rootsOf } from '../declare/roots.ts';
import { DNS_LABEL, fits } from '../declare/text-forms.ts';
import { reachedClusters } from '../model/detached.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { InitDocument } from '../model/init.ts';
import { manifestFolders } from '../model/manifest-folders.ts';
import type { NextStep } from '../model/next-step.ts';
import { present } from '../model/present.ts';
import { UserError } from '../model/user-error.ts';
import { type Files, FilesError } from '../ports/files.ts';
import type { Repository } from '../ports/repository.ts';
import { firstDeclaration } from '../setup/first-declaration.ts';
import { WORKFLOW_FOLDER } from '../setup/fleet-workflows.ts';
import { renderedAttributes, withRenderedAttributes } from '../setup/git-attributes.ts';
import { neededCredentials } from '../setup/needed-credentials.ts';
import { firstName, nameInWorkflows, refuseSharing } from '../setup/neighbourhood.ts';
import { nextSteps } from '../setup/next-steps.ts';
import { placeWorkflows, presentSettings, type WorkflowWishes } from '../setup/place-workflows.ts';
import { placeholdersIn } from '../setup/placeholders.ts';
import { repositoryPaths } from '../setup/repository-paths.ts';
import { quoted } from '../setup/step-commands.ts';
import { settingsOf } from '../setup/workflow-settings.ts';
import type { Options } from './context.ts';

export interface InitPorts {
  /** Rooted in the folder of the declaration. */
  files: Files;
  repository: Pick<Repository, 'prefix' | 'defaultBranch' | 'remote' | 'head'>;
}

export interface InitOptions extends Omit<Options, 'only' | 'concurrency'>, WorkflowWishes {
  /** The clusters are to be reached with the identities of deploy/. */
  identities?: boolean;
}

/** What `init` does and says, before anything is written. Paths of files are from the declaration's folder. */
export interface SetUp {
  document: InitDocument;
  write: Record<string, string>;
  remove: string[];
  /** The workflows of the fleet that are there, from the top of the repository. */
  workflows: { path: string; text: string }[];
  /** Labels of the runner that they have or would have. */
  runsOn: string;
  /** The default branch, as far as git knows it. */
  branch?: string;
}

/**
 * What `init` would do now: what it says, and the files that it would write and remove. Throws UserError for a declaration that cannot
 * be read and for one that shares what fleets cannot share, and RepositoryError outside a repository.
 */
export async function setUp(ports: InitPorts, options: InitOptions): Promise<SetUp> {
  const { file, shownFile, templates } = options;
  const prefix = await ports.repository.prefix();
  const roots = rootsOf(options, prefix);
  const declaration = roots.fromTop(file);
  const around = await readNeighbourhood(ports.files, roots, declaration);
  const there = await ports.files.read(file);
  const text = there ?? firstDeclaration(options.version, firstName(prefix, around), options.identities);
  const { fleet, findings } = readable(text, shownFile);
  const { name } = fleet.metadata;

  const { settings, asked, rendered } = presentSettings(around, options);
  const declared = {
    file,
    rendered: options.rendered,
    manifests: manifestFolders(fleet).map(({ folder }) => folder),
    extra: (fleet.extra ?? []).map(({ path }) => path),
  };
  const paths = { ...repositoryPaths(prefix, declared), ...rendered };
  for (const path of [paths.declaration, paths.rendered]) refuseExpression(path);
  refuseSharing({ name, declaration, rendered: paths.rendered }, around.others);
  const called = nameInWorkflows(name, around);
  const branch = await ports.repository.defaultBranch();
  const credentials = neededCredentials(fleet);
  const made = { ...settingsOf(templates.plan), ...settings };
  const runsOn = [made.runsOn ?? []].flat().join(', ');
  const next = nextSteps({
    shownFile,
    shownManifests: roots.forUser(fleet.release.manifests),
    shownDeclared: [...new Set([...declared.manifests, ...declared.extra])]
      .filter((path) => !roots.fromTop(path).startsWith('..'))
      .map((path) => plainPath(roots.forUser(path))),
    fleet: name,
    version: fleet.release.version,
    errors: findings.filter(({ severity }) => severity === 'error').length,
    gaps: placeholdersIn(text),
    manifestsThere: paths.manifests.length === 0 || (await ports.files.list(fleet.release.manifests)).length > 0,
    credentials,
    clusters: [
      { cluster: fleet.central.name, side: 'central' },
      ...reachedClusters(fleet).map((each) => ({ cluster: each.name, side: 'distributed' as const })),
    ],
    runsOn,
    own: [ATTRIBUTES, WORKFLOW_FOLDER].map((path) => plainPath(roots.forUser(roots.fromDeclaration(path)))),
    ...present({ called, branch }),
    ...(await stateOf(ports.repository)),
    ...(options.identities === true ? { withoutHandover: withoutHandover(fleet) } : {}),
  });
  const document: InitDocument = { ...nothingDone(), declaration, credentials, next };
  (there === undefined ? document.written : document.unchanged).push(declaration);
  const ofFleet = { fleet: name, named: called !== undefined, ...(branch === undefined ? {} : { branch }) };
  const { write, remove } = placeWorkflows(document, around, {
    templates,
    roots,
    paths,
    credentials,
    settings: { ...ofFleet, ...settings },
    asked,
  });
  if (there === undefined) write[file] = text;
  await addAttributes(ports.files, { roots, rendered: paths.rendered, write, document });
  const workflows = around.own.flatMap(({ files }) => files).map(({ path, text: own }) => ({ path, text: own }));
  return { document, write, remove, workflows, runsOn, ...present({ branch }) };
}

/** What git says of a repository that may have neither a commit nor a remote. */
async function stateOf(repository: InitPorts['repository']): Promise<{ hasRemote: boolean; empty: boolean }> {
  const [remote, empty] = await Promise.all([
    repository.remote().catch(() => undefined),
    repository.head().then(
      () => false,
      () => true,
    ),
  ]);
  return { hasRemote: remote !== undefined, empty };
}

function withoutHandover({ central, distributed }: Fleet): string[] {
  return [central, ...distributed].filter(({ handover }) => handover === undefined).map(({ name }) => name);
}

/** Adds the lines for the rendered folder to what is to be written; a file that is not text is left to its owner. */
async function addAttributes(
  files: Files,
  to: { roots: Roots; rendered: string; write: Record<string, string>; document: InitDocument },
): Promise<void> {
  const { roots, rendered, write, document } = to;
  // Outside of the repository, or all of it: nothing that a line could name.
  if (rendered === '' || rendered.startsWith('..')) return;
  const there = await readText(files, roots.fromDeclaration(ATTRIBUTES));
  if (there === 'no text') {
    document.next.unshift(attributesStep(rendered, plainPath(roots.forUser(roots.fromDeclaration(ATTRIBUTES)))));
    return;
  }
  const wanted = withRenderedAttributes(there, rendered);
  if (wanted === there) document.unchanged.push(ATTRIBUTES);
  else {
    write[roots.fromDeclaration(ATTRIBUTES)] = wanted;
    document.written.push(ATTRIBUTES);
  }
}

function attributesStep(rendered: string, path: string): NextStep {
  const lines = renderedAttributes(rendered);
  const what = `Add these lines to ${ATTRIBUTES}: ${lines.join(' and ')}.`;
  return {
    about: 'git-attributes',
    what,
    notes: [],
    commands: [`printf '%s\\n' ${lines.map(quoted).join(' ')} >> ${quoted(path)}`],
  };
}

async function readText(files: Files, path: string): Promise<string | undefined | 'no text'> {
  try {
    return await files.read(path);
  } catch (error) {
    if (error instanceof FilesError) return 'no text';
    throw error;
  }
}

/** At the top of the repository. */
const ATTRIBUTES = '.gitattributes';

/** A declaration with a fleet that can be named. Throws UserError. */
function readable(text: string, shownFile: string): { fleet: Fleet; findings: readonly Finding[] } {
  const { fleet, findings } = readDeclaration(text, shownFile);
  if (fleet === undefined) throw new UserError(`${shownFile} cannot be read`, 'cn2-fleet validate says why');
  // The name becomes one of files, environments and checks.
  if (!fits(fleet.metadata.name, DNS_LABEL))
    throw new UserError(`metadata.name of ${shownFile} is not a fleet name`, `it must be ${DNS_LABEL.words}`);
  return { fleet, findings };
}

function nothingDone(): Omit<InitDocument, 'declaration' | 'credentials' | 'next'> {
  const lists = { written: [], unchanged: [], updated: [], removed: [], adapted: [], completed: [], differing: [], diffs: [] };
  return { schemaVersion: 1, ...lists };
}

/** GitHub puts a value in its place wherever it finds an expression in an input. */
function refuseExpression(path: string): void {
  if (!path.includes('${{')) return;
  throw new UserError(
    `${path} contains a GitHub expression, which a workflow cannot name literally`,
    'give the folder another name',
  );
}
