import { workflowCommand } from './adapters/actions/workflow-command.ts';
import type { InputsOf } from './cli/action-inputs.ts';
import { endOutputs } from './cli/action-outputs.ts';
import { parseCommandLine } from './cli/arguments.ts';
import { exitCode } from './cli/exit.ts';
import { interruptible } from './cli/interruption.ts';
import type { Outside } from './cli/perform.ts';
import { Screen } from './cli/screen.ts';
import type { Condition } from './model/outcome.ts';
import { present } from './model/present.ts';
import type { Job } from './ports/job.ts';
import { outputLine } from './report/github/output-line.ts';
import { type ToldFailure, toldFailure } from './verbs/failure.ts';
import type { AloneVerb, DocumentVerb, Invocation } from './verbs/verb.ts';
import { versionText } from './version.ts';

/** First words beside the commands. Those of the Action's steps: of action.yml, and of node/action.yml, whose starts in dist/ say them. */
const STARTS: Readonly<Record<string, () => Promise<number>>> = {
  action: () => action('composite'),
  'action-clean-up': () => cleanUp('composite'),
  'node-action': () => action('node'),
  'node-action-clean-up': () => cleanUp('node'),
  '--version': () => version(),
  '-V': () => version(),
};

const UNHIDDEN =
  'a password or token in the credentials is a word that every report contains: it cannot be hidden there; choose a value that nobody can guess';

const { argv, env: environment, stderr, stdout } = process;
// Windows looks for programs in the current folder first, which may be a checkout, unless this is set.
if (process.platform === 'win32') environment['NoDefaultCurrentDirectoryInExePath'] ??= '1';
const screen = new Screen({ stdout, stderr, environment });
/** Of the workflow, from when it is known. */
let job: Job | undefined;

/** How a run ended: what holds, and the first thing that went wrong. */
interface End {
  conditions: readonly Condition[];
  failure?: ToldFailure;
}

async function version(): Promise<number> {
  const { commitOf, programFolder } = await import('./adapters/git/installation.ts');
  stdout.write(`${versionText(await commitOf(programFolder(), environment))}\n`);
  return 0;
}

/** A command line: help, or a command of it. The exit code. */
async function command(): Promise<number> {
  try {
    const parsed = parseCommandLine(argv.slice(2));
    if ('help' in parsed) {
      stdout.write(`${parsed.help}\n`);
      return 0;
    }
    if ('alone' in parsed.verb) return await alone({ ...parsed, verb: parsed.verb });
    return exitCode((await run({ ...parsed, verb: parsed.verb })).conditions);
  } catch (error) {
    return exitCode(fail([error]).conditions);
  }
}

/** The step of the Action: its words are inputs, and its outputs say how it ended. Changes are a success of the step. */
async function action(of: InputsOf): Promise<number> {
  const end = await ofInputs(of, run).catch((error: unknown) => fail([error]));
  const { conditions, failure } = end;
  const code = exitCode(conditions);
  if (failure !== undefined) {
    job?.output('failure-reason', failure.internal ? 'internal error' : outputLine(failure.message));
    for (const [name, value = ''] of Object.entries(endOutputs(conditions))) job?.output(name, value);
    const sentence = failure.internal ? 'internal error of cn2-fleet: see the log' : screen.secrets.text(failure.message);
    stderr.write(workflowCommand('error', sentence));
  }
  return code === 2 ? 0 : code;
}

/** The step after it, which puts in order what a run leaves that was cancelled or killed. */
async function cleanUp(of: InputsOf): Promise<number> {
  const end = await ofInputs(of, (invocation, token) =>
    during(invocation, token, async (outside) => {
      const { performCleanUp } = await import('./cli/perform.ts');
      const failures = await performCleanUp(invocation, outside);
      outside.reporter.close();
      return fail(failures);
    }),
  ).catch((error: unknown) => fail([error]));
  return exitCode(end.conditions);
}

/** What the inputs of a step ask for. */
async function ofInputs(
  of: InputsOf,
  work: (invocation: Invocation<DocumentVerb>, token: string | undefined) => Promise<End>,
): Promise<End> {
  const { tokenOfInputs, wordsOfInputs } = await import('./cli/action-inputs.ts');
  const parsed = parseCommandLine(wordsOfInputs(environment, of));
  if ('help' in parsed || 'alone' in parsed.verb) throw new Error('the Action offers a command that has no document');
  return work({ ...parsed, verb: parsed.verb }, tokenOfInputs(environment, of));
}

/** A command to its end: its document on stdout, what went wrong on stderr. */
function run(invocation: Invocation<DocumentVerb>, token?: string): Promise<End> {
  return during(invocation, token, async (outside) => {
    const { perform } = await import('./cli/perform.ts');
    const { text, conditions, failures } = await perform(invocation, outside, screen.style);
    if (screen.secrets.unhidden > 0) outside.reporter.progress({ type: 'warning', text: UNHIDDEN });
    outside.reporter.close();
    screen.print(text, invocation.text('format'));
    return { ...fail(failures), conditions };
  });
}

/** Gives a command what it needs of the process while it runs. */
async function during(
  invocation: Invocation,
  token: string | undefined,
  work: (outside: Outside & { reporter: ReturnType<Screen['reporterFor']> }) => Promise<End>,
): Promise<End> {
  const signal = interruption(invocation);
  const reporter = screen.reporterFor(invocation);
  try {
    return await work({
      environment,
      ...present({ token }),
      write: (text) => stderr.write(text),
      reporter,
      secrets: screen.secrets,
      signal,
      began: (begun) => {
        job = begun;
      },
    });
  } finally {
    reporter.close();
  }
}

async function alone(invocation: Invocation<AloneVerb>): Promise<number> {
  const signal = interruption(invocation);
  const { performAlone } = await import('./cli/alone.ts');
  const say = (line: string) => stderr.write(`${line}\n`);
  return performAlone(invocation, { signal, say, print: (text) => stdout.write(text) });
}

function interruption({ verb }: Invocation): AbortSignal {
  const atOnce = () => {
    job?.output('result', 'interrupted');
    job?.output('exit-code', '130');
  };
  return interruptible(process, { endsAtOnce: verb.endsAtOnce, ...present({ inLab: verb.inLab }), atOnce });
}

/** Says what went wrong; the end that it means. */
function fail(errors: readonly unknown[]): End {
  const told = errors.map(toldFailure);
  for (const failure of told) screen.fail(failure);
  return { conditions: told.map(({ condition }) => condition), ...present({ failure: told[0] }) };
}

/** An uncaught error is reported like any failure: Node would print it with everything that it contains. */
process.on('uncaughtException', (error) => {
  fail([error]);
  process.exit(1);
});

process.exitCode = await (STARTS[argv[2] ?? ''] ?? command)();
