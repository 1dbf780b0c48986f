/** What an expression may look at: inputs, steps, github, needs, env, runner; and how the job, or what it needs, has gone so far. */
export interface ExpressionContext {
  values: Readonly<Record<string, unknown>>;
  status: 'success' | 'failure' | 'cancelled' | 'skipped';
}

const TOKEN = /\s*(?:('(?:[^']|'')*')|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w-]*)|(==|!=|&&|\|\||[!().,[\]]))/y;
const STATUS_FUNCTION = /\b(success|failure|cancelled|always)\s*\(/;

/** Whether a step or a job with this `if` runs: without a status function success() is asked as well, as GitHub does. */
export function conditionHolds(condition: string | boolean | undefined, context: ExpressionContext): boolean {
  const text = String(condition ?? '').replace(/^\s*\$\{\{(.*)\}\}\s*$/s, '$1');
  if (text.trim() === '') return context.status === 'success';
  const holds = truthy(evaluate(text, context));
  return STATUS_FUNCTION.test(text) ? holds : holds && context.status === 'success';
}

/** A text with its `${{ }}` filled in. */
export function interpolate(text: string, context: ExpressionContext): string {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => asText(evaluate(expression, context)));
}

/** Value of an expression; the part of GitHub's language that an action.yml and our workflows need. Throws for anything else. */
export function evaluate(expression: string, context: ExpressionContext): unknown {
  const tokens = tokensOf(expression);
  let at = 0;
  const accept = (token: string) => tokens[at] === token && ++at > 0;
  const need = (token: string) => {
    if (!accept(token)) throw new Error(`'${token}' is missing in expression: ${expression}`);
  };
  const nameAt = (index: number): string => {
    const name = tokens[index] ?? '';
    if (!/^[A-Za-z_]/.test(name)) throw new Error(`a name is missing in expression: ${expression}`);
    return name;
  };
  const or = (): unknown => {
    let left = and();
    while (accept('||')) {
      const right = and();
      left = truthy(left) ? left : right;
    }
    return left;
  };
  const and = (): unknown => {
    let left = comparison();
    while (accept('&&')) {
      const right = comparison();
      left = truthy(left) ? right : left;
    }
    return left;
  };
  const comparison = (): unknown => {
    const left = unary();
    if (accept('==')) return equal(left, unary());
    if (accept('!=')) return !equal(left, unary());
    return left;
  };
  const unary = (): unknown => (accept('!') ? !truthy(unary()) : postfix());
  const postfix = (): unknown => {
    const name = tokens[at] ?? '';
    if (accept('(')) {
      const inner = or();
      need(')');
      return inner;
    }
    at++;
    if (/^['-]|^\d/.test(name)) return name.startsWith("'") ? name.slice(1, -1).replaceAll("''", "'") : Number(name);
    if (['true', 'false', 'null'].includes(name)) return JSON.parse(name);
    if (!/^\w/.test(name)) throw new Error(`'${name}' is not expected in expression: ${expression}`);
    if (accept('(')) {
      const words: unknown[] = [];
      while (!accept(')')) {
        words.push(or());
        if (tokens[at] !== ')') need(',');
      }
      return call(name, words, context.status);
    }
    let value = member(context.values, name);
    for (;;) {
      if (accept('.')) value = member(value, nameAt(at++));
      else if (accept('[')) {
        value = member(value, asText(or()));
        need(']');
      } else return value;
    }
  };
  const value = or();
  if (at < tokens.length) throw new Error(`'${tokens[at]}' is not expected in expression: ${expression}`);
  return value;
}

function tokensOf(expression: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.trimEnd().length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(expression);
    if (match === null) throw new Error(`cannot read an expression from here: ${expression.slice(from)}`);
    tokens.push(match.slice(1).find((part) => part !== undefined)!);
  }
  return tokens;
}

/** Names of contexts and of their members are not case-sensitive. */
function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return null;
  const key = Object.keys(value).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  return key === undefined ? null : (value as Record<string, unknown>)[key];
}

function call(name: string, words: readonly unknown[], status: ExpressionContext['status']): unknown {
  const [first = '', second = ''] = words.map((word) => asText(word).toLowerCase());
  switch (name.toLowerCase()) {
    case 'always':
      return true;
    case 'success':
    case 'failure':
    case 'cancelled':
      return status === name.toLowerCase();
    case 'format':
      return asText(words[0]).replace(/\{(\d+)\}/g, (_, index: string) => asText(words[Number(index) + 1]));
    case 'contains':
      return first.includes(second);
    case 'startswith':
      return first.startsWith(second);
    case 'endswith':
      return first.endsWith(second);
    default:
      throw new Error(`the function ${name} is not known here`);
  }
}

function truthy(value: unknown): boolean {
  return value !== null && value !== undefined && value !== false && value !== 0 && value !== '';
}

function equal(left: unknown, right: unknown): boolean {
  return asText(left).toLowerCase() === asText(right).toLowerCase();
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
