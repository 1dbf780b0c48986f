import { type Document, isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';
import type { NeededCredential } from '../model/init.ts';
import type { RepositoryPaths } from './repository-paths.ts';

/** What the shipped workflows name; each stands for what the repository has in its place. */
const SHIPPED = { declaration: 'clusters.yaml', manifests: 'cn2/**', rendered: 'rendered/**' };

/**
 * A shipped workflow with the paths and the secrets of a repository. Everything else, comments included, stays as it is; for a
 * repository like examples/guide nothing changes. Throws for a template that has lost its step.
 */
export function workflowFile(template: string, paths: RepositoryPaths, credentials: readonly NeededCredential[]): string {
  const document = parseDocument(template);
  for (const event of ['push', 'pull_request']) watch(document, event, paths);
  const step = actionStep(document);
  if (paths.declaration !== SHIPPED.declaration) step.setIn(['with', 'file'], paths.declaration);
  if (paths.renderedElsewhere) step.setIn(['with', 'rendered'], paths.rendered);
  const secrets = credentials.flatMap(({ name, secret }) => (secret === undefined ? [] : [[name, `\${{ secrets.${secret} }}`]]));
  if (secrets.length === 0) step.delete('env');
  else step.set('env', document.createNode(Object.fromEntries(secrets)));
  return document.toString({ lineWidth: 0 });
}

/**
 * A workflow that was adapted, with a line for each credential that it does not pass on yet and nothing else changed; undefined where
 * there is no step with the Action, or no block of variables to add lines to.
 */
export function withCredentials(text: string, credentials: readonly NeededCredential[]): string | undefined {
  const document = parseDocument(text);
  const environment = document.errors.length > 0 ? undefined : findActionStep(document)?.get('env', true);
  if (!isMap(environment) || environment.flow === true) return undefined;
  const [first, last] = [environment.items[0]?.key, environment.items.at(-1)?.value];
  if (!isScalar(first) || !isScalar(last) || !first.range || !last.range) return undefined;
  const indent = ' '.repeat(first.range[0] - (text.lastIndexOf('\n', first.range[0]) + 1));
  const lineEnd = text.indexOf('\n', last.range[1] - 1);
  const end = lineEnd === -1 ? text.length : lineEnd;
  const lines = credentials.flatMap(({ name, secret }) =>
    secret === undefined || text.includes(name) ? [] : [`\n${indent}${name}: \${{ secrets.${secret} }}`],
  );
  return `${text.slice(0, end)}${lines.join('')}${text.slice(end)}`;
}

function watch(document: Document, event: string, paths: RepositoryPaths): void {
  const watched = document.getIn(['on', event, 'paths']);
  if (!isSeq(watched)) return;
  const here: Record<string, string | undefined> = {
    [SHIPPED.declaration]: literally(paths.declaration),
    [SHIPPED.manifests]: paths.manifests === undefined ? undefined : `${literally(paths.manifests)}/**`,
    [SHIPPED.rendered]: `${literally(paths.rendered)}/**`,
  };
  watched.items = watched.items.filter((item) => {
    if (!isScalar(item) || typeof item.value !== 'string' || !(item.value in here)) return true;
    const path = here[item.value];
    if (path !== undefined) item.value = path;
    return path !== undefined;
  });
}

function actionStep(document: Document): YAMLMap {
  const step = findActionStep(document);
  if (step === undefined) throw new Error('a shipped workflow has no step that uses the Action');
  return step;
}

/** The step that uses the Action. */
function findActionStep(document: Document): YAMLMap | undefined {
  const jobs = document.get('jobs');
  const job = isMap(jobs) ? jobs.items[0]?.value : undefined;
  const steps = isMap(job) ? job.get('steps') : undefined;
  const step = isSeq(steps)
    ? steps.items.find((item) => isMap(item) && String(item.get('uses')).startsWith('cn2-fleet/'))
    : undefined;
  return isMap(step) ? step : undefined;
}

/** A path as a filter pattern that matches nothing else (workflow syntax of GitHub: characters of patterns follow a backslash). */
function literally(path: string): string {
  return path.replace(/[*?+[\]!\\]/g, '\\$&');
}
