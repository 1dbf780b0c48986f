import { isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import { sha256 } from '../declare/digest.ts';
import type { NeededCredential } from '../model/init.ts';
import { actionSteps } from './action-steps.ts';
import type { RepositoryPaths } from './repository-paths.ts';
import { workflowFile } from './workflow-file.ts';

/** The shipped workflows of versions whose init put no digest into what it wrote. */
const EARLIER: ReadonlySet<string> = new Set([
  'sha256:42b58468cecc63888123b6b4a6252ad3f60e2c40a1e52a792f04a0199f9810df', // plan
  'sha256:c302efe4ec94e2efc7eca31178f4166c5588bf15400bebba227ba39db9b841ba', // propose
  'sha256:9a934bd42fd8efedc78baad1f2c55417c8c9b247e499c604401103ed04c59bd8',
  'sha256:eb62800402b2999f9540936e05ed3b138939a22515bab9aeeb540add6920c92c', // apply
  'sha256:ee0d076227b4632c078037826de9acf986ae21d69be08c153a7ae34476d482a8',
  'sha256:0e5f4afe194394f7b4045f7d0f746774bd0052149bd4ab1c30921f0a8da2ad10', // drift
  'sha256:d2810ee04b588d509fcf3002d64ea5cd255561f1674ce0d54121527fc08e0d1b',
]);

/** What the workflows of those versions watched, in that order; and the variables that they passed on. */
const WATCHED = {
  declaration: 'clusters.yaml',
  manifests: 'cn2/**',
  rendered: 'rendered/**',
};
const VARIABLES = ['CN2_PULL_SECRET', 'KUBECONFIG_CLUSTER1', 'KUBECONFIG_CLUSTER2'];
const EVENTS = { push: 'push', pull_request: 'pull_request' };

/**
 * Whether an init of before wrote a workflow for this repository and nobody has changed it since: with the paths and secrets taken
 * back it is a template of then, and that template with the paths and with the secrets which it has makes it again, to the letter. A
 * secret that the declaration no longer needs counts as a change: whoever added it may.
 * @param text with line ends of Unix
 */
export function isEarlier(text: string, paths: RepositoryPaths, credentials: readonly NeededCredential[]): boolean {
  const template = templateOf(text);
  if (template === undefined || !EARLIER.has(sha256(template))) return false;
  const passed = environmentOf(text);
  const known = credentials.filter(({ name, secret }) => secret !== undefined && passed.has(name));
  return workflowFile(template, paths, known) === text;
}

/** A workflow with the shipped paths and variables in place of its own. */
function templateOf(text: string): string | undefined {
  const document = parseDocument(text);
  const steps = document.errors.length > 0 ? [] : actionSteps(document);
  if (steps.length === 0) return undefined;
  for (const event of Object.values(EVENTS)) {
    const watched = document.getIn(['on', event, 'paths']);
    if (!isSeq(watched)) continue;
    const rendered = watched.items.length;
    watched.items = [];
    if (rendered > 0) for (const path of shippedPaths(event, document.get('name'))) watched.items.push(document.createNode(path));
  }
  for (const step of steps) {
    const inputs = step.get('with');
    // Written elsewhere (an alias), which init never did.
    if (!isMap(inputs)) return undefined;
    for (const name of ['file', 'rendered']) inputs.delete(name);
    const variables = document.createNode(Object.fromEntries(VARIABLES.map((name) => [name, `\${{ secrets.${name} }}`])));
    if (step.has('env')) step.set('env', variables);
    else step.add(document.createPair(commented(document.createNode('env')), variables));
  }
  try {
    return document.toString({ lineWidth: 0 });
  } catch {
    return undefined; // an alias of what was taken out
  }
}

/** Without a variable to pass on, the comment was removed together with the block. */
function commented<T extends Node>(key: T): T {
  key.commentBefore = ' The secrets that clusters.yaml refers to, each under the name it has there.';
  return key;
}

/** A plan watched all three, a proposal what it is made of, an apply what was approved. */
function shippedPaths(event: string, workflow: unknown): string[] {
  if (event === EVENTS.pull_request) return Object.values(WATCHED);
  return workflow === 'cn2-fleet apply' ? [WATCHED.rendered] : [WATCHED.declaration, WATCHED.manifests];
}

/** Variables of the Action's steps. */
function environmentOf(text: string): Set<string> {
  const names = actionSteps(parseDocument(text)).flatMap((step) => {
    const environment = step.get('env');
    return isMap(environment) ? environment.items.map(({ key }) => String(isScalar(key) ? key.value : key)) : [];
  });
  return new Set(names);
}
