import { parse } from 'yaml';
import { refOfEvent, type WorkflowEvent } from './workflow-run-event.ts';

interface Filters {
  types?: string | string[];
  branches?: string[];
  'branches-ignore'?: string[];
  tags?: string[];
  'tags-ignore'?: string[];
  paths?: string[];
  'paths-ignore'?: string[];
}

/** Activities of a pull request that start a workflow which names none. */
const PULL_REQUEST_TYPES = ['opened', 'synchronize', 'reopened'];

/**
 * Whether an event starts a workflow: the filters of `on` (docs.github.com, "Workflow syntax for GitHub Actions"). `paths` are
 * the changed ones: of a push between before and after, of a pull request since it left its base. That an event caused by
 * GITHUB_TOKEN starts nothing but dispatched workflows is not asked here.
 */
export function startsOn(workflow: string, event: WorkflowEvent, paths: readonly string[]): boolean {
  const { on } = parse(workflow) as { on?: string | string[] | Record<string, Filters | null> };
  const triggers =
    typeof on === 'string' ? { [on]: null } : Array.isArray(on) ? Object.fromEntries(on.map((name) => [name, null])) : on;
  if (triggers === undefined || !(event.name in triggers)) return false;
  const filters = triggers[event.name] ?? {};
  const payload = event.payload as { action?: string; deleted?: boolean; pull_request?: { base?: { ref?: string } } };
  if (event.name === 'push') {
    if (payload.deleted === true) return false;
    const ref = refOfEvent(event) ?? '';
    const tag = ref.startsWith('refs/tags/');
    return refPasses(filters, ref.replace(/^refs\/(heads|tags)\//, ''), tag) && (tag || pathsPass(filters, paths));
  }
  if (event.name === 'pull_request') {
    const types = [filters.types ?? PULL_REQUEST_TYPES].flat();
    const base = payload.pull_request?.base?.ref ?? '';
    return (
      types.includes(payload.action ?? '') &&
      namePasses(base, filters.branches, filters['branches-ignore']) &&
      pathsPass(filters, paths)
    );
  }
  if (event.name === 'schedule') return isOnTime(triggers[event.name], event);
  return filters.types === undefined || [filters.types].flat().includes(payload.action ?? '');
}

/** A schedule is a list of times, and each starts the workflows that name it. */
function isOnTime(times: unknown, { payload }: WorkflowEvent): boolean {
  const { schedule } = payload as { schedule?: string };
  return Array.isArray(times) && times.some((time: { cron?: string }) => time.cron === schedule);
}

/** A workflow that filters only tags does not start for branches, and the other way round. */
function refPasses(filters: Filters, name: string, tag: boolean): boolean {
  const own = tag ? ([filters.tags, filters['tags-ignore']] as const) : ([filters.branches, filters['branches-ignore']] as const);
  const other = tag ? [filters.branches, filters['branches-ignore']] : [filters.tags, filters['tags-ignore']];
  const filtered = own.some((list) => list !== undefined);
  if (!filtered && other.some((list) => list !== undefined)) return false;
  return namePasses(name, ...own);
}

/** Whether a name fits a list of filter patterns. */
export function namePasses(name: string, wanted?: string[], ignored?: string[]): boolean {
  return (wanted === undefined || matches(name, wanted)) && (ignored === undefined || !matches(name, ignored));
}

function pathsPass(filters: Filters, paths: readonly string[]): boolean {
  const { paths: wanted, 'paths-ignore': ignored } = filters;
  return paths.some((path) => namePasses(path, wanted, ignored)) || (wanted === undefined && ignored === undefined);
}

/** The last pattern that fits decides; one with `!` takes away. */
function matches(name: string, patterns: readonly string[]): boolean {
  let fits = false;
  for (const pattern of patterns) {
    const without = pattern.replace(/^!/, '');
    if (expressionOf(without).test(name)) fits = without === pattern;
  }
  return fits;
}

function expressionOf(pattern: string): RegExp {
  return new RegExp(`^${patternSource(pattern)}$`);
}

/** `*` stops at a slash, `**` does not; the other characters of GitHub's filter patterns are used nowhere here. */
export function patternSource(pattern: string): string {
  if (/[?+[\]]/.test(pattern)) throw new Error(`the filter pattern ${pattern} is not known here`);
  return pattern.replace(/\*\*\/|\*\*|\*|[.^$(){}|\\]/g, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    return part === '*' ? '[^/]*' : `\\${part}`;
  });
}
