/** A run of a workflow that comments, as a process: node forge-comment.ts API_URL TOKEN RUN. Prints what became of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { githubForge } from '../../src/adapters/github/forge.ts';

const [apiUrl = '', token = '', run = ''] = process.argv.slice(2);
const forge = githubForge({
  apiUrl,
  repository: { owner: 'octo', name: 'fleet' },
  token,
  clock: { now: () => Date.now(), ticks: () => performance.now(), sleep: async (milliseconds) => sleep(milliseconds) },
  say: console.error,
  signal: new AbortController().signal,
  userAgent: 'cn2-fleet/test',
});
await forge.whoami();
// Everything is loaded: from here on the runs really are at the same time.
await new Promise((resolve) => process.stdin.once('data', resolve));
const { operation } = await forge.ensureComment({
  pullRequest: 1,
  marker: { kind: 'plan', fleet: 'guide' },
  body: `plan of run ${run}`,
  order: { run: Number(run), attempt: 1 },
});
console.log(operation);
process.exit(0);
