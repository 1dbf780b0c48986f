import { availableParallelism } from 'node:os';
import { LIMITS } from '../lab/apiserver/aggregated/switches.ts';

/** What is run, and how often. */
export interface Count {
  what: string;
  runs: number;
  /** Processes that share the runs; each ends with 0 where it has found nothing. */
  parts: Part[];
}

export interface Part {
  args: string[];
  env?: Record<string, string>;
  /** It says how far it has come, and that is shown. */
  talks?: boolean;
}

/** Where a count of random cases begins; printed, so that what is found can be found again. */
const SEED = Number(process.env['CN2_FLEET_SOAK_SEED'] ?? 20_260_101);
/** A hundredth of all counts to try this program: CN2_FLEET_SOAK_SCALE=0.01. */
const SCALE = Number(process.env['CN2_FLEET_SOAK_SCALE'] ?? 1);

const JEST = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js'];
/** Suites of plan and apply that run on whatever API the core kinds come from. */
const ENGINE = ['plan-truth.test.ts', 'apply-attach.test.ts'].map((file) => `test/integration/${file}`);

export const COUNTS: Count[] = [
  seeded('random histories of a repository and its fleet', 10_000, property('trust')),
  seeded('writes of others between plan and apply, or while it runs', 10_000, property('interleavings')),
  seeded('objects that are said to be unchanged', 1_000_000, property('unchanged')),
  tested('declarations that nobody should write', 10_000, {
    file: 'test/property/declare-fuzz.test.ts',
    project: 'unit',
    variable: 'FUZZ_RUNS',
  }),
  tested('faults of exec: reset, killed, closed without status, cut, garbage, too much', 200, {
    file: 'test/unit/exec/exec.test.ts',
    project: 'unit',
    variable: 'EXEC_FAULTS',
  }),
  tested('canaries: every form of a credential, every command, every place where text goes', 100, {
    file: 'test/integration/canaries.test.ts',
    project: 'integration',
    variable: 'CANARIES',
  }),
  ...LIMITS.map(([lack]) => ({
    what: `plan and apply where the core kinds' API has ${lack}`,
    runs: 1,
    parts: [
      {
        args: [...JEST, ...ENGINE, '--selectProjects', 'integration', '--runInBand', '--forceExit'],
        env: { CORE_API_LACKS: lack },
      },
    ],
  })),
  lab('five clusters in a lab: up within three minutes, four attached, 230 paths', 1, 'five-clusters'),
  lab('the life of a fleet in a lab: attached, imported, upgraded, detached, with a ping all the while', 1, 'life-of-a-fleet'),
  lab("the same with the vendor's own files of 22.2 and 23.4", 1, 'life-of-a-fleet', 'vendor'),
  lab('a change of the guide that breaks a connection, rehearsed: red, with the cause', 1, 'rehearse'),
  lab('such a rehearsal, interrupted at three moments: nothing is left', 3, 'rehearse', 'interrupted'),
  lab('the same by the shipped workflow, in a pull request of a fork, within six minutes', 1, 'rehearse', 'act'),
  lab('the guide in a lab, with each switch of the API of the core kinds', 8, 'guide-switches'),
  repeated('every fault of the lab, judged by the smoke test', 20, 'faults'),
  repeated('loss that is reported against what the firewall has dropped', 50, 'loss'),
  repeated('endings of a smoke test: ok, failure, SIGINT, SIGTERM, SIGKILL and the next run', 20, 'endings'),
];

/** One of test/support/property-soak.ts. */
function property(name: string) {
  return (runs: number, seed: number): Part => ({ args: ['test/support/property-soak.ts', name, `${runs}`, `${seed}`] });
}

/** A count of random cases, shared by as many processes as there are cores. */
export function seeded(what: string, runs: number, part: (runs: number, seed: number) => Part): Count {
  const total = Math.ceil(runs * SCALE);
  const cores = Math.min(availableParallelism(), total);
  const share = (position: number) => Math.floor(total / cores) + (position < total % cores ? 1 : 0);
  const parts = Array.from({ length: cores }, (_, position) => part(share(position), SEED + position));
  return { what: `${what} (seeds ${SEED} to ${SEED + cores - 1})`, runs: total, parts };
}

/** A count of a test file that reads from `variable` how many it is to run. */
export function tested(what: string, runs: number, test: { file: string; project: string; variable: string }): Count {
  const total = Math.ceil(runs * SCALE);
  const jest = [...JEST, test.file, '--selectProjects', test.project];
  return { what, runs: total, parts: [{ args: [...jest, '--runInBand', '--forceExit'], env: { [test.variable]: `${total}` } }] };
}

/** A count of runs in one lab, each of several kinds. */
function repeated(what: string, runs: number, file: string): Count {
  const total = Math.ceil(runs * SCALE);
  return { what, runs: total, parts: [{ args: [`test/soak/${file}.ts`], env: { COUNT: `${total}` }, talks: true }] };
}

/** A count of labs of real clusters, one after another. */
function lab(what: string, runs: number, file: string, ...more: string[]): Count {
  return { what, runs, parts: [{ args: [`test/soak/${file}.ts`, ...more], talks: true }] };
}
