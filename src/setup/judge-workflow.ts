import type { NeededCredential } from '../model/init.ts';
import { isEarlier } from './earlier-templates.ts';
import { lineDiff } from './line-diff.ts';
import type { RepositoryPaths } from './repository-paths.ts';
import { mentions, withCredentials } from './workflow-file.ts';
import { isSealed, opened, sealed } from './workflow-header.ts';

/** What an existing workflow is compared with. */
export interface WorkflowFacts {
  /** What init would write, without its first line. */
  wanted: string;
  /** The same with runner and Action of a workflow: what a person has to look at is what else differs. */
  alike(there: string): string;
  paths: RepositoryPaths;
  credentials: readonly NeededCredential[];
}

/** What happens to an existing workflow. */
export type WorkflowVerdict =
  | { verdict: 'unchanged' }
  /** Nobody had adapted it, and init now writes it differently. */
  | { verdict: 'updated'; text: string }
  /** It lacked credentials and nothing else changes. */
  | { verdict: 'completed'; text: string; added: string[]; diff: string }
  /** It was adapted and lacks nothing. */
  | { verdict: 'adapted'; diff: string }
  /** It was adapted, lacks credentials and has no place for them. */
  | { verdict: 'differing'; lacks: string[]; diff: string };

/** Whether init wrote a workflow, now or before it put a digest into the first line, and nobody has changed it since. */
export function isUnadapted(text: string, { wanted, paths, credentials }: Omit<WorkflowFacts, 'alike'>): boolean {
  if (isSealed(text)) return true;
  const { digest, body } = opened(text);
  return digest === undefined && (body === wanted || isEarlier(body, paths, credentials));
}

/**
 * What init does with a workflow that is there: one that nobody has adapted becomes what init writes now, an adapted one is at most given
 * credentials. `diff` leads from an adapted file to what init would write; empty while that is what the file was adapted from.
 */
export function judgeWorkflow(there: string, facts: WorkflowFacts): WorkflowVerdict {
  const { wanted, credentials } = facts;
  const fresh = sealed(wanted);
  const lines = there.replaceAll('\r\n', '\n');
  if (lines === fresh) return { verdict: 'unchanged' };
  const variables = credentials.filter(({ secret }) => secret !== undefined).map(({ name }) => name);
  const lacks = variables.filter((variable) => !mentions(there, variable));
  const completed = lacks.length === 0 ? undefined : withCredentials(there, credentials);
  if (isUnadapted(there, facts)) {
    const text = there.includes('\r\n') ? fresh.replaceAll('\n', '\r\n') : fresh;
    const nothingElse = completed !== undefined && opened(completed).body === wanted;
    return nothingElse ? { verdict: 'completed', text, added: lacks, diff: '' } : { verdict: 'updated', text };
  }
  const alike = sealed(facts.alike(there));
  const base = opened(there).digest;
  const moved = base === undefined || ![fresh, alike].some((text) => opened(text).digest === base);
  if (lacks.length === 0) return { verdict: 'adapted', diff: moved ? lineDiff(lines, alike) : '' };
  // A new cluster also changes what init writes: lines that are added here need not be shown again.
  if (completed === undefined) return { verdict: 'differing', lacks, diff: lineDiff(lines, alike) };
  return { verdict: 'completed', text: completed, added: lacks, diff: '' };
}
