import type { Answer } from './answer.ts';
import type { Call, RepositoryCall } from './call.ts';

export interface RouteFacts {
  /**
   * Permissions as GitHub's header x-accepted-github-permissions names them: `,` joins what is needed together, `;`
   * separates alternatives; '' where any token may.
   */
  needs: string;
  /** Page and anchor below https://docs.github.com/rest/ . */
  docs: string;
  /** It may move a branch. */
  moves?: true;
}

export interface Route extends RouteFacts {
  method: string;
  /** As GitHub's OpenAPI description spells it. */
  template: string;
  handle: ((call: RepositoryCall) => Answer | Promise<Answer>) | undefined;
  handleGlobal?: (call: Call) => Answer | Promise<Answer>;
}

/** A route below a repository: `path` follows /repos/{owner}/{repo}. */
export function route(
  method: string,
  path: string,
  facts: RouteFacts,
  handle: (call: RepositoryCall) => Answer | Promise<Answer>,
): Route {
  return { method, template: `/repos/{owner}/{repo}${path}`, ...facts, handle };
}

/** Parameters that may hold slashes. */
const GREEDY = new Set(['ref', 'basehead', 'path', 'branch']);

export interface Match {
  route: Route;
  params: Record<string, string>;
}

export class Router {
  readonly #routes: { route: Route; pattern: RegExp; names: string[] }[];

  constructor(routes: readonly Route[]) {
    // More fixed parts first, so that commits/{ref}/status is not read as a commit named "x/status".
    const fixed = ({ template }: Route) => template.split('/').filter((part) => !part.startsWith('{')).length;
    this.#routes = [...routes]
      .sort((left, right) => fixed(right) - fixed(left))
      .map((route) => ({ route, ...compile(route.template) }));
  }

  /** Undefined where nothing is served at this path; `route` undefined where it is, with other methods. */
  find(method: string, path: string): Match | undefined {
    for (const { route, pattern, names } of this.#routes) {
      if (route.method !== method) continue;
      const match = pattern.exec(path);
      if (match === null) continue;
      try {
        return {
          route,
          params: Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? '')])),
        };
      } catch {
        return undefined; // a path that is not well encoded
      }
    }
    return undefined;
  }
}

function compile(template: string): { pattern: RegExp; names: string[] } {
  const names: string[] = [];
  const source = template.replace(/\{(\w+)\}|[^{]+/g, (part, name?: string) => {
    if (name === undefined) return part.replace(/[.]/g, '\\.');
    names.push(name);
    return GREEDY.has(name) ? '(.+)' : '([^/]+)';
  });
  return { pattern: new RegExp(`^${source}$`), names };
}
