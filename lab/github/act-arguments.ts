import type { ActFolder } from './act-folder.ts';

/** Labels of runners that are this host. */
const LABELS = ['ubuntu-latest', 'ubuntu-24.04', 'ubuntu-22.04', 'self-hosted'];

export interface ActCommand {
  event: string;
  /** Path of the workflow file. */
  workflow: string;
  /** The one job to run, with those that it needs; undefined: all. */
  job: string | undefined;
  actor: string;
  /** Address of the server that act would fetch Actions from. */
  server: string;
  /** Reference → folder. */
  actions: Readonly<Record<string, string>>;
  /** Configuration variables (`vars`) are not secret and may stand on the command line. */
  variables: Readonly<Record<string, string>>;
}

/**
 * The words of act's command line. Jobs run on this host, nothing is fetched, act's own files of defaults (.secrets, .env
 * …) are not read from the work tree. Secrets are not masked by act: it masks whole values only, so whoever shows the
 * log does it.
 */
export function actArguments(command: ActCommand, folder: ActFolder): string[] {
  return [
    command.event,
    '--json',
    '--insecure-secrets',
    ...['--workflows', command.workflow],
    ...(command.job === undefined ? [] : ['--job', command.job]),
    ...LABELS.flatMap((label) => ['--platform', `${label}=-self-hosted`]),
    '--rm',
    '--no-skip-checkout',
    '--action-offline-mode',
    '--no-cache-server',
    ...['--container-daemon-socket', '-'],
    ...['--action-cache-path', folder.cache],
    ...['--actor', command.actor],
    ...['--eventpath', folder.event],
    ...['--secret-file', folder.secrets],
    ...['--env-file', folder.environment],
    ...['--var-file', '/dev/null'],
    ...['--input-file', '/dev/null'],
    ...Object.entries(command.variables).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
    ...Object.entries(command.actions).flatMap(([reference, path]) => [
      '--local-repository',
      `${command.server}/${reference}=${path}`,
    ]),
  ];
}

/** Environment of act itself. All of it reaches the steps (the shell of the steps takes ACT_* away again). */
export function actEnvironment(folder: ActFolder): Record<string, string> {
  return {
    PATH: folder.path,
    HOME: folder.home,
    USER: 'runner',
    LANG: 'C.UTF-8',
    // act asks a server of its makers for news otherwise
    ACT_DISABLE_VERSION_CHECK: '1',
  };
}
