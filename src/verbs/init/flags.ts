import { UserError } from '../../model/user-error.ts';
import type { ActionReference } from '../../setup/workflow-settings.ts';

const EXPRESSION = /\$\{\{.*?\}\}/g;

/** Contexts that exist where a job has not begun (docs.github.com, "Contexts", jobs.<job_id>.runs-on). */
const RUNS_ON_CONTEXTS = new Set(['github', 'vars', 'needs', 'strategy', 'matrix', 'inputs']);

/**
 * Labels of a runner from `--runs-on`: one, or several separated by commas. Expressions of GitHub are taken as they are, commas in them
 * included. Throws UserError for what is not a label, and for an expression that GitHub does not allow there.
 */
export function runsOnFlag(text: string | undefined): string | string[] | undefined {
  if (text === undefined) return undefined;
  const expressions = text.match(EXPRESSION) ?? [];
  for (const expression of expressions) judgeExpression(expression);
  // Commas of expressions part no labels.
  const labels = text
    .replace(EXPRESSION, (expression) => expression.replaceAll(',', '\0'))
    .split(',')
    .map((label) => label.replaceAll('\0', ',').trim());
  for (const label of labels) {
    const plain = label.replace(EXPRESSION, '');
    if (label === '' || label.length > 1024 || /["'`[\]{}\\\p{C}]/u.test(plain))
      throw new UserError(
        `--runs-on has "${label}", which is not a runner label`,
        'for example --runs-on self-hosted,linux, without quotes and brackets; a GitHub expression is passed on unchanged',
      );
  }
  return labels.length === 1 ? labels[0] : labels;
}

function judgeExpression(expression: string): void {
  const words = expression.replace(/'(?:[^']|'')*'/g, '').matchAll(/(?<![\w.-])([A-Za-z_][\w-]*)\s*(?=[.[])/g);
  for (const [, context = ''] of words) {
    if (RUNS_ON_CONTEXTS.has(context)) continue;
    throw new UserError(
      `--runs-on uses ${context}, which GitHub does not provide for runs-on`,
      `it provides ${[...RUNS_ON_CONTEXTS].join(', ')}: a variable of the repository is \${{ vars.NAME }}`,
    );
  }
}

/** Characters and sequences that no git reference has (git-check-ref-format), and those that a workflow would read otherwise. */
const NO_REFERENCE = /[\p{C}\s~^:?*[\\@$#]|\.\.|^[-./]|[./]$|\/\/|\/\.|\.lock(?:\/|$)/u;

/** The Action from `--repository OWNER/NAME[@REF]`; without a reference the release of this program, `version`. Throws UserError. */
export function actionFlag(text: string | undefined, version: string): ActionReference | undefined {
  if (text === undefined) return undefined;
  const [, name = '', ref] = /^([^@]*)(?:@(.*))?$/s.exec(text) ?? [];
  const [owner = '', ...parts] = name.split('/');
  const good = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}[A-Za-z0-9])?$/.test(owner) && parts.length > 0 && parts.every(isName);
  if (!good || (ref !== undefined && (ref === '' || ref.length > 255 || NO_REFERENCE.test(ref))))
    throw new UserError(
      `--repository ${text} does not name the repository of an Action`,
      'for example --repository owner/name@v1.2.3, or a full commit SHA after the @',
    );
  return { name, ref: ref ?? `v${version}` };
}

function isName(part: string): boolean {
  return /^[\w.-]{1,100}$/.test(part) && part !== '.' && part !== '..';
}
