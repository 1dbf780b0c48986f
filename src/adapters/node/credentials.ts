import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Credentials } from '../../ports/credentials.ts';
import { errorCode } from './error-code.ts';

/**
 * Variables that the runner sets itself (docs.github.com, "Variables reference"), and the inputs of actions. Some hold what others have
 * named: a branch may be called like the base64 of a kubeconfig that runs a program.
 */
const OF_THE_RUN =
  /^(CI|RUNNER_(ARCH|DEBUG|ENVIRONMENT|NAME|OS|TEMP|TOOL_CACHE|TRACKING_ID|WORKSPACE)|ACTIONS_(RUNTIME_\w+|ID_TOKEN_REQUEST_\w+|CACHE_URL|RESULTS_URL|RUNNER_DEBUG|STEP_DEBUG)|(CN2_FLEET_)?INPUT_\w+|GITHUB_(ACTIONS?|ACTIONS?_(PATH|REF|REPOSITORY|STATUS)|ACTOR(_ID)?|API_URL|BASE_REF|ENV|EVENT_(NAME|PATH)|GRAPHQL_URL|HEAD_REF|JOB|OUTPUT|PATH|REF(_NAME|_PROTECTED|_TYPE)?|REPOSITORY(_\w+)?|RETENTION_DAYS|RUN_(ATTEMPT|ID|NUMBER)|SERVER_URL|SHA|STATE|STEP_SUMMARY|TOKEN|TRIGGERING_ACTOR|WORKFLOW(_REF|_SHA)?|WORKSPACE))$/i;

/**
 * Credentials from environment variables (content, plain or base64) and from files relative to `root`, the folder of the
 * declaration. The environment is passed in: only main.ts reads it. `isTracked`, in a job: whether a file is one of the repository.
 */
export function nodeCredentials(
  root: string,
  environment: Readonly<Record<string, string | undefined>>,
  isTracked?: (absolutePath: string) => Promise<boolean>,
): Credentials {
  return {
    async resolve(ref) {
      if ('env' in ref) {
        const content = environment[ref.env];
        if (isTracked !== undefined && OF_THE_RUN.test(ref.env)) {
          return { status: 'missing', reason: `environment variable ${ref.env} is the runner’s own: it holds no credential` };
        }
        if (content === undefined) return { status: 'missing', reason: `environment variable ${ref.env} is not set` };
        if (content.trim() === '') return { status: 'missing', reason: `environment variable ${ref.env} is empty` };
        return { status: 'ok', value: decoded(content) };
      }
      try {
        const path = resolve(root, ref.file);
        const content = await readFile(path, 'utf8');
        if (content.trim() === '') return { status: 'missing', reason: `file ${ref.file} is empty` };
        const tracked = isTracked !== undefined && (await isTracked(path));
        return { status: 'ok', value: decoded(content), folder: dirname(path), ...(tracked ? { tracked } : {}) };
      } catch (error) {
        const code = errorCode(error);
        const why =
          code === 'ENOENT' ? 'does not exist' : code === 'EACCES' ? 'may not be read' : `cannot be read (${String(code)})`;
        return { status: 'missing', reason: `file ${ref.file} ${why}` };
      }
    },
  };
}

/**
 * kubeconfigs and docker configs hold ':', '{' or line breaks, which base64 does not have: nothing is ambiguous. Line breaks in base64
 * and missing padding are what tools leave of it.
 */
function decoded(content: string): string {
  const compact = content.replace(/\s+/g, '');
  const [, digits = '', padding = ''] = /^([A-Za-z0-9+/]+)(={0,2})$/.exec(compact) ?? [];
  if (digits === '' || digits.length % 4 === 1) return content;
  const text = Buffer.from(digits, 'base64').toString('utf8');
  const isPadded = (digits.length + padding.length) % 4 === 0;
  // What is not padded may be a word that happens to look so: it counts when it holds a document.
  return !text.includes('\u{fffd}') && (isPadded || /[:{]/.test(text)) ? text : content;
}

/** Where none is to be read. */
export function noCredentials(reason: string): Credentials {
  return { resolve: async () => ({ status: 'missing', reason }) };
}
