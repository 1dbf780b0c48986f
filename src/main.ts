import { randomUUID } from 'node:crypto';
import { isInJob } from './adapters/actions/job.ts';
import { guardedWriter, neutralise, neutraliseJson } from './adapters/actions/neutralise.ts';
import { workflowCommand } from './adapters/actions/workflow-command.ts';
import { lazyKubernetesConnector } from './adapters/kubernetes/lazy-connector.ts';
import { systemClock } from './adapters/node/clock.ts';
import { noCredentials, nodeCredentials } from './adapters/node/credentials.ts';
import { nodeFiles } from './adapters/node/files.ts';
import { terminalReporter } from './adapters/terminal/reporter.ts';
import { COLOURS } from './adapters/terminal/style.ts';
import type { InputsOf } from './cli/action-inputs.ts';
import { endOutputs, outputLine } from './cli/action-outputs.ts';
import { type Invocation, parseCommandLine } from './cli/arguments.ts';
import { type DeclarationPlace, declarationPlace } from './cli/declaration-place.ts';
import { discreetReporter } from './cli/discreet-reporter.ts';
import type { RunOptions } from './cli/ended.ts';
import { exitCode } from './cli/exit.ts';
import { failureText, type ToldFailure, toldFailure } from './cli/failure.ts';
import type { Surroundings } from './cli/surroundings.ts';
import { VERSION } from './cli/version.ts';
import type { Ports } from './commands/context.ts';
import type { Condition } from './model/outcome.ts';
import { PLAIN, type Style } from './model/style.ts';
import { Redactor } from './report/redactor.ts';

/**
 * How long after an interruption the process ends by force, whatever still hangs; milliseconds. GitHub's runner sends SIGTERM 7.5 s
 * after SIGINT and kills 2.5 s later.
 */
const LAST_GRACE = 7_000;

/** Commands that only read, or whose every write stands by itself: an interruption ends them at once. */
const ENDS_AT_ONCE = new Set(['validate', 'plan', 'propose', 'drift']);

const UNHIDDEN =
  'a password or token in the credentials is a word that every report is made of: it cannot be hidden there; give it a value that nobody can guess';

/** action and action-clean-up are the steps of the Action: their words are its inputs. */
type Mode = 'command' | 'action' | 'action-clean-up';

/** Words that start a step of the Action: of action.yml, and of node/action.yml, whose starts in dist/ say them. */
const STEPS: ReadonlyMap<string | undefined, { mode: Mode; of: InputsOf }> = new Map([
  ['action', { mode: 'action', of: 'composite' }],
  ['action-clean-up', { mode: 'action-clean-up', of: 'composite' }],
  ['node-action', { mode: 'action', of: 'node' }],
  ['node-action-clean-up', { mode: 'action-clean-up', of: 'node' }],
]);

const { argv, env: environment, stderr, stdout } = process;
// Windows looks for programs in the current folder first, which may be a checkout, unless this is set.
if (process.platform === 'win32') environment['NoDefaultCurrentDirectoryInExePath'] ??= '1';
/** What no output of this run may show; every text passes it where it leaves the process. */
const secrets = new Redactor();
/** In a workflow no name that is printed may start a command of the runner. */
const writeError = isInJob(environment) ? guardedWriter((text) => stderr.write(text)) : (text: string) => stderr.write(text);
const sayError = (text: string) => writeError(secrets.text(text));

/** The only place with process, environment and exit codes. */
async function main(): Promise<number> {
  const step = STEPS.get(argv[2]);
  const mode = step?.mode ?? 'command';
  let style = colours(stderr, true);
  let job: Surroundings['job'] | undefined;
  try {
    const inputs = step === undefined ? undefined : await import('./cli/action-inputs.ts');
    const parsed = parseCommandLine(inputs?.wordsOfInputs(environment, step?.of) ?? argv.slice(2));
    if ('help' in parsed) {
      stdout.write(`${parsed.help}\n`);
      return 0;
    }
    style = colours(stderr, !parsed.on('no-color'));
    const signal = interruptible(parsed.command.name, () => {
      job?.output('result', 'interrupted');
      job?.output('exit-code', '130');
    });
    // Loaded when it is needed: the help starts without the commands, most commands without the lab.
    if (parsed.command.name === 'lab') {
      const { runLabCommand } = await import('./cli/lab.ts');
      return await runLabCommand(parsed, { directory: process.cwd(), environment, signal });
    }
    const reporter = discreetReporter(
      terminalReporter(
        { write: sayError, ...(stderr.isTTY ? { columns: stderr.columns } : {}) },
        style,
        () => Date.now(),
        parsed.on('quiet'),
      ),
      secrets,
    );
    try {
      const { maskedCredentials, revealEnvironment, runInvocation, surroundingsOf, cleanUpAfter } = await import(
        './cli/commands.ts'
      );
      revealEnvironment(environment, secrets);
      const options = optionsOf(parsed);
      const { folder: root } = options;
      const token = inputs?.tokenOfInputs(environment, step?.of);
      const around = await surroundingsOf(parsed, {
        environment,
        root,
        ...(token === undefined ? {} : { token }),
        write: (text) => stderr.write(text),
        clock: systemClock,
        reporter,
        secrets,
        signal,
        cleaningUp: mode === 'action-clean-up',
        began: (begun) => {
          job = begun;
        },
      });
      job = around.job;
      // Outside a job the files are the user's own.
      const tracked = isInJob(environment) ? (path: string) => around.repository.isTracked(path) : undefined;
      const ports: Ports = {
        files: nodeFiles(root),
        // Whatever secrets a workflow passes on to it, and whatever files of this host its declaration names.
        credentials:
          around.stranger === undefined
            ? maskedCredentials(nodeCredentials(root, environment, tracked), secrets)
            : noCredentials(`this run is ${around.stranger.origin}: no credential is read`),
        connector: lazyKubernetesConnector(environment),
        clock: systemClock,
        reporter,
        secrets,
        signal,
        runId: randomUUID().slice(0, 8),
      };
      if (mode === 'action-clean-up') {
        // A stranger's run has begun nothing: what it left in the folder is not to be followed.
        const kept = around.stranger === undefined ? await around.job.kept() : undefined;
        if (kept === undefined) return 0;
        const failures = await cleanUpAfter(kept, ports, options, around);
        reporter.close();
        for (const failure of failures) sayError(failureText(toldFailure(failure), style));
        return failures.length === 0 ? 0 : 1;
      }
      const outStyle = colours(stdout, !parsed.on('no-color'));
      const { text, conditions, failures } = await runInvocation(parsed, ports, options, outStyle, around);
      if (secrets.unhidden > 0) reporter.progress({ type: 'warning', text: UNHIDDEN });
      reporter.close();
      stdout.write(printed(text, parsed.text('format')));
      const told = failures.map(toldFailure);
      for (const failure of told) sayError(failureText(failure, style));
      return end(mode, conditions, around.job, told[0]);
    } finally {
      reporter.close();
    }
  } catch (error) {
    const told = toldFailure(error);
    sayError(failureText(told, style));
    return end(mode, [told.condition], job, told);
  }
}

/** The exit code. In the Action changes are a success, and its outputs say them. */
function end(
  mode: Mode,
  conditions: readonly Condition[],
  job: Surroundings['job'] | undefined,
  failure: ToldFailure | undefined,
): number {
  const code = exitCode(conditions);
  if (mode !== 'action') return code;
  if (failure !== undefined) {
    job?.output('failure-reason', failure.internal ? 'internal error' : outputLine(failure.message));
    for (const [name, value] of Object.entries(endOutputs(conditions))) job?.output(name, value);
    const sentence = failure.internal ? 'internal error of cn2-fleet: see the log' : secrets.text(failure.message);
    stderr.write(workflowCommand('error', sentence));
  }
  return code === 2 ? 0 : code;
}

/** A document as it leaves: without secrets; in a workflow no name in it may start a command of the runner. */
function printed(made: string, format: string | undefined): string {
  const isJson = format === 'json' || format === 'sarif';
  const text = isJson ? secrets.json(made) : secrets.text(made);
  if (!isInJob(environment)) return text;
  if (isJson) return neutraliseJson(text);
  // These are commands, made for the runner and escaped by who made them.
  if (format === 'github') return text;
  return neutralise(text);
}

function colours(stream: NodeJS.WriteStream, wanted: boolean): Style {
  return wanted && stream.isTTY && environment['NO_COLOR'] === undefined ? COLOURS : PLAIN;
}

function optionsOf(invocation: Invocation): RunOptions & DeclarationPlace {
  const place = declarationPlace(invocation.text('file') ?? 'clusters.yaml');
  const rendered = invocation.text('rendered');
  return {
    ...place,
    rendered: rendered === undefined ? 'rendered' : place.local(rendered),
    only: invocation.list('only'),
    concurrency: Math.ceil(invocation.number('concurrency')),
    version: VERSION,
  };
}

/** The first SIGINT or SIGTERM asks for an end at a safe point, the second ends at once. */
function interruptible(command: string, atOnce: () => void): AbortSignal {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    if (ENDS_AT_ONCE.has(command)) {
      atOnce();
      stderr.write('\ninterrupted\n');
      process.exit(130);
    }
    stderr.write('\nstopping at the next safe point (again to stop at once)\n');
    controller.abort();
    setTimeout(() => process.exit(130), LAST_GRACE).unref();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return controller.signal;
}

/** What nobody caught is told like any failure: Node would print the error with all that it holds. */
process.on('uncaughtException', (error) => {
  sayError(failureText(toldFailure(error), PLAIN));
  process.exit(1);
});

process.exitCode = await main();
