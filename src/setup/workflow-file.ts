import { type Document, isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';
import type { NeededCredential } from '../model/init.ts';
import { actionSteps, actionStepsOf, jobsOf } from './action-steps.ts';
import { inFleet } from './fleet-workflows.ts';
import type { RepositoryPaths } from './repository-paths.ts';
import { type ActionReference, isCommit, type WorkflowSettings } from './workflow-settings.ts';

/** What the shipped workflows name; each stands for what the repository has in its place. */
const SHIPPED = { declaration: 'clusters.yaml', manifests: 'cn2/**', rendered: 'rendered/**' };

/**
 * A shipped workflow with the paths, the secrets and the settings of a repository. Everything else, comments included, stays as it is;
 * for a repository like examples/guide nothing changes. Throws for a template that has lost its step.
 */
export function workflowFile(
  template: string,
  paths: RepositoryPaths,
  credentials: readonly NeededCredential[],
  settings: WorkflowSettings = {},
): string {
  const document = parseDocument(template);
  for (const event of ['push', 'pull_request']) watch(document, event, paths);
  if (settings.branch !== undefined) onBranch(document, settings.branch);
  if (settings.named === true && settings.fleet !== undefined)
    document.set('name', inFleet(document.get('name'), settings.fleet));
  for (const { job } of jobsOf(document)) jobOf(document, job, settings);
  const secrets = credentials.flatMap(({ name, secret }) => (secret === undefined ? [] : [[name, `\${{ secrets.${secret} }}`]]));
  const steps = actionSteps(document);
  if (steps.length === 0) throw new Error('a shipped workflow has no step that uses the Action');
  for (const step of steps) {
    if (paths.declaration !== SHIPPED.declaration) step.setIn(['with', 'file'], paths.declaration);
    if (paths.renderedElsewhere) step.setIn(['with', 'rendered'], paths.rendered);
    if (secrets.length === 0) step.delete('env');
    else step.set('env', document.createNode(Object.fromEntries(secrets)));
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/**
 * A workflow that was adapted, with a line for each credential that it does not pass on yet and nothing else changed; undefined where
 * there is no step with the Action, or no block of variables to add lines to.
 */
export function withCredentials(text: string, credentials: readonly NeededCredential[]): string | undefined {
  const document = parseDocument(text);
  if (document.errors.length > 0) return undefined;
  const lacked = credentials.filter(({ name, secret }) => secret !== undefined && !mentions(text, name));
  const blocks = actionSteps(document).flatMap((step) => block(step, text) ?? []);
  if (blocks.length === 0) return undefined;
  const ending = text.includes('\r\n') ? '\r\n' : '\n';
  // From the last one backwards, so that the positions of the earlier ones stay valid.
  return blocks.reduceRight((done, { end, indent }) => {
    const lines = lacked.map(({ name, secret }) => `${ending}${indent}${name}: \${{ secrets.${secret} }}`);
    return `${done.slice(0, end)}${lines.join('')}${done.slice(end)}`;
  }, text);
}

/** Whether a text has the name of a variable, which may be the beginning of another one's. */
export function mentions(text: string, variable: string): boolean {
  return new RegExp(`(?<!\\w)${variable}(?!\\w)`).test(text);
}

/** Where a step's block of variables ends, and how it is indented; undefined without one. */
function block(step: YAMLMap, text: string): { end: number; indent: string } | undefined {
  const environment = step.get('env', true);
  if (!isMap(environment) || environment.flow === true) return undefined;
  const [first, last] = [environment.items[0]?.key, environment.items.at(-1)?.value];
  if (!isScalar(first) || !isScalar(last) || !first.range || !last.range) return undefined;
  const indent = ' '.repeat(first.range[0] - (text.lastIndexOf('\n', first.range[0]) + 1));
  const lineEnd = text.indexOf('\n', last.range[1] - 1);
  const end = lineEnd === -1 ? text.length : lineEnd;
  return { end: text[end - 1] === '\r' ? end - 1 : end, indent };
}

function watch(document: Document, event: string, paths: RepositoryPaths): void {
  const watched = document.getIn(['on', event, 'paths']);
  if (!isSeq(watched)) return;
  const here: Record<string, string[]> = {
    [SHIPPED.declaration]: [literally(paths.declaration)],
    [SHIPPED.manifests]: paths.manifests.map((folder) => `${literally(folder)}/**`),
    [SHIPPED.rendered]: [`${literally(paths.rendered)}/**`],
  };
  const own = watched.items.some((item) => isScalar(item) && item.value === SHIPPED.manifests) ? (paths.extra ?? []) : [];
  watched.items = watched.items.flatMap((item) => {
    if (!isScalar(item) || typeof item.value !== 'string' || !Object.hasOwn(here, item.value)) return [item];
    const [path, ...others] = here[item.value]!;
    if (path === undefined) return [];
    item.value = path;
    return [item, ...others.map((other) => document.createNode(other))];
  });
  for (const path of own) watched.add(document.createNode(/\.ya?ml$/.test(path) ? literally(path) : `${literally(path)}/**`));
}

/** Pushes to one branch only; its job asks again which branch is the default one. */
function onBranch(document: Document, branch: string): void {
  const push = document.getIn(['on', 'push']);
  const branches = isMap(push) ? push.get('branches') : undefined;
  if (!isMap(push) || !isSeq(branches)) return;
  const item = document.createNode(literally(branch));
  branches.items = [item];
  const comment = ' The default branch, as git knew it. After renaming it, run `cn2-fleet init` again.';
  const key = push.items.find((pair) => isScalar(pair.key) && pair.key.value === 'branches')?.key;
  // The comment above the first key of a block belongs to the block.
  if (isScalar(key) && key.commentBefore) key.commentBefore = comment;
  else push.commentBefore = comment;
}

function jobOf(document: Document, job: YAMLMap, settings: WorkflowSettings): void {
  const { fleet, named, runsOn, action } = settings;
  if (named === true && fleet !== undefined) job.set('name', inFleet(job.get('name'), fleet));
  if (fleet !== undefined && job.has('environment')) job.set('environment', fleet);
  if (runsOn !== undefined) {
    const labels = typeof runsOn === 'string' ? runsOn : [...runsOn];
    job.set('runs-on', document.createNode(labels, { flow: true }));
  }
  if (action !== undefined) for (const step of actionStepsOf(job)) uses(document, step, action);
}

function uses(document: Document, step: YAMLMap, { name, ref, release }: ActionReference): void {
  const node = document.createNode(`${name}@${ref}`);
  if (release !== undefined) node.comment = ` ${release}`;
  const pair = step.items.find(({ key }) => isScalar(key) && key.value === 'uses');
  if (pair === undefined) return;
  pair.value = node;
  // The comment there suggests replacing the tag by a commit.
  if (isScalar(pair.key) && isCommit(ref)) delete pair.key.commentBefore;
}

/** A path or branch as a filter pattern that matches nothing else (workflow syntax of GitHub: characters of patterns follow a backslash). */
function literally(path: string): string {
  return path.replace(/[*?+[\]!\\]/g, '\\$&');
}
