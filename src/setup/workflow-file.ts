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

/** The step that uses the Action. */
function actionStep(document: Document): YAMLMap {
  const jobs = document.get('jobs');
  const job = isMap(jobs) ? jobs.items[0]?.value : undefined;
  const steps = isMap(job) ? job.get('steps') : undefined;
  const step = isSeq(steps)
    ? steps.items.find((item) => isMap(item) && String(item.get('uses')).startsWith('cn2-fleet/'))
    : undefined;
  if (!isMap(step)) throw new Error('a shipped workflow has no step that uses the Action');
  return step;
}

/** A path as a filter pattern that matches nothing else (workflow syntax of GitHub: characters of patterns follow a backslash). */
function literally(path: string): string {
  return path.replace(/[*?+[\]!\\]/g, '\\$&');
}
