import type { Options, Ports } from '../../src/commands/context.ts';
import type { Files } from '../../src/ports/files.ts';
import type { Progress } from '../../src/ports/reporter.ts';
import { Redactor } from '../../src/report/redactor.ts';

/** Ports over given files; no cluster, no credential, time stands still unless given. */
export function testPorts(files: Files, ports: Partial<Ports> = {}): Ports & { events: Progress[] } {
  const events: Progress[] = [];
  return {
    files,
    credentials: { resolve: async (ref) => ({ status: 'missing', reason: `${'env' in ref ? ref.env : ref.file} is not there` }) },
    connector: {
      connect: () => {
        throw new Error('no cluster in this test');
      },
    },
    clock: { now: () => 0, ticks: () => 0, sleep: async () => {} },
    reporter: { progress: (event) => events.push(event) },
    secrets: new Redactor(),
    signal: new AbortController().signal,
    runId: 'test',
    events,
    ...ports,
  };
}

export const OPTIONS: Options = {
  file: 'clusters.yaml',
  shownFile: 'clusters.yaml',
  shownFolder: '',
  concurrency: 8,
  rendered: 'rendered',
  only: [],
  version: '0.0.0-test',
};
