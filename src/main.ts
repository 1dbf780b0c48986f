import { randomUUID } from 'node:crypto';
import { basename, dirname, relative, resolve } from 'node:path';
import { lazyKubernetesConnector } from './adapters/kubernetes/lazy-connector.ts';
import { systemClock } from './adapters/node/clock.ts';
import { nodeCredentials } from './adapters/node/credentials.ts';
import { nodeFiles } from './adapters/node/files.ts';
import { terminalReporter } from './adapters/terminal/reporter.ts';
import { COLOURS } from './adapters/terminal/style.ts';
import { type Invocation, parseCommandLine } from './cli/arguments.ts';
import { exitCode } from './cli/exit.ts';
import { type Options, type Ports, UserError } from './commands/context.ts';
import { PLAIN, type Style } from './model/style.ts';
import { ClusterError } from './ports/cluster.ts';

/** How long after an interruption the process ends by force, whatever still hangs; milliseconds. */
const LAST_GRACE = 10_000;

/** The only place with process, environment and exit codes. */
async function main(): Promise<number> {
  const colours = (stream: NodeJS.WriteStream, wanted: boolean): Style =>
    wanted && stream.isTTY && process.env['NO_COLOR'] === undefined ? COLOURS : PLAIN;
  let errorStyle = colours(process.stderr, true);
  try {
    const parsed = parseCommandLine(process.argv.slice(2));
    if ('help' in parsed) {
      process.stdout.write(`${parsed.help}\n`);
      return 0;
    }
    errorStyle = colours(process.stderr, !parsed.on('no-color'));
    const interruption = interruptible();
    // Loaded when it is needed: the help starts without the commands, most commands without the lab.
    if (parsed.command.name === 'lab') {
      const { runLabCommand } = await import('./cli/lab.ts');
      return await runLabCommand(parsed, { directory: process.cwd(), environment: process.env, signal: interruption });
    }
    const reporter = terminalReporter(
      { write: (text) => process.stderr.write(text), ...(process.stderr.isTTY ? { columns: process.stderr.columns } : {}) },
      errorStyle,
      () => Date.now(),
      parsed.on('quiet'),
    );
    try {
      const options = optionsOf(parsed);
      const root = dirname(resolve(options.shownFile));
      const ports: Ports = {
        files: nodeFiles(root),
        credentials: nodeCredentials(root, process.env),
        connector: lazyKubernetesConnector(),
        clock: systemClock,
        reporter,
        signal: interruption,
        runId: randomUUID().slice(0, 8),
      };
      const { runInvocation } = await import('./cli/run.ts');
      const { text, conditions } = await runInvocation(parsed, ports, options, colours(process.stdout, !parsed.on('no-color')));
      reporter.close();
      process.stdout.write(text);
      return exitCode(interruption.aborted ? ['interrupted', ...conditions] : conditions);
    } finally {
      reporter.close();
    }
  } catch (error) {
    return fail(error, errorStyle);
  }
}

function optionsOf(invocation: Invocation): Options & { local(path: string): string } {
  const shownFile = invocation.text('file') ?? 'clusters.yaml';
  const root = dirname(resolve(shownFile));
  const folder = dirname(shownFile);
  const rendered = invocation.text('rendered');
  return {
    file: basename(shownFile),
    shownFile,
    shownFolder: folder === '.' ? '' : `${folder}/`,
    rendered: rendered === undefined ? 'rendered' : relative(root, resolve(rendered)),
    only: invocation.list('only'),
    concurrency: Math.ceil(invocation.number('concurrency')),
    local: (path) => relative(root, resolve(path)),
  };
}

/** The first SIGINT or SIGTERM asks for an end at a safe point, the second ends at once. */
function interruptible(): AbortSignal {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    process.stderr.write('\nstopping at the next safe point (again to stop at once)\n');
    controller.abort();
    setTimeout(() => process.exit(130), LAST_GRACE).unref();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return controller.signal;
}

function fail(error: unknown, style: Style): number {
  if (error instanceof UserError) {
    process.stderr.write(`${style.red('error')} ${error.message}\n  ${style.cyan('hint:')} ${error.hint}\n`);
    return 1;
  }
  if (error instanceof ClusterError) {
    process.stderr.write(`${style.red('error')} ${error.message}\n`);
    return exitCode(['unknown-cluster']);
  }
  const system = error as { code?: unknown; syscall?: unknown; path?: unknown; message?: unknown };
  if (typeof system?.code === 'string' && typeof system.syscall === 'string') {
    const sentence = { ENOSPC: 'the disk is full', EACCES: 'permission denied', EROFS: 'the file system is read-only' }[
      system.code
    ];
    process.stderr.write(
      `${style.red('error')} ${sentence ?? String(system.message)}${typeof system.path === 'string' ? `: ${system.path}` : ''}\n`,
    );
    process.stderr.write(
      `  ${style.cyan('hint:')} nothing was changed half way: make room or fix the permission, and run the same command again\n`,
    );
    return 1;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `${style.red('internal error')} ${stack}\nThis is a fault of cn2-fleet: please report it with the lines above.\n`,
  );
  return 1;
}

process.exitCode = await main();
