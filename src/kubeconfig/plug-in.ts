import { present } from '../model/present.ts';
import type { KubeconfigFields } from './document.ts';
import type { ExecPlugin, KubeconfigUser } from './kubeconfig.ts';
import { UnusableKubeconfig } from './unusable.ts';

const VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];
const INTERACTIVE_MODES = ['Never', 'IfAvailable', 'Always'];

/** The exec section of a user as it is there; whether it can be run is judged by `judgePlugin`. */
export function readPlugin(user: KubeconfigFields): ExecPlugin | undefined {
  const fields = user.fields('exec');
  if (fields === undefined) return undefined;
  const [installHint, interactiveMode] = [fields.text('installHint'), fields.text('interactiveMode')];
  return {
    apiVersion: fields.text('apiVersion') ?? '',
    command: fields.text('command') ?? '',
    args: fields.texts('args'),
    env: fields.list('env').map((entry) => ({ name: entry.text('name') ?? '', value: entry.text('value') ?? '' })),
    provideClusterInfo: fields.flag('provideClusterInfo'),
    ...present({ interactiveMode, installHint }),
  };
}

/** Throws UnusableKubeconfig for a login that client-go refuses to run: a plug-in that is not whole, an auth-provider. */
export function judgePlugin({ name, exec, authProvider }: KubeconfigUser): void {
  if (authProvider !== undefined) {
    throw new UnusableKubeconfig(
      `logs in through an auth-provider (user ${name}), which Kubernetes has removed: use its credential plug-in (exec), or an embedded credential`,
    );
  }
  if (exec === undefined) return;
  const { command, apiVersion, env } = exec;
  const unusable = (fault: string) => new UnusableKubeconfig(`${fault} (exec of user ${name})`);
  if (command === '') throw unusable('names no command of the credential plug-in');
  if (!VERSIONS.includes(apiVersion)) {
    throw unusable(`names no known apiVersion of the credential plug-in (${VERSIONS.join(', ')})`);
  }
  const mode = exec.interactiveMode ?? (apiVersion === VERSIONS[1] ? 'IfAvailable' : '');
  if (!INTERACTIVE_MODES.includes(mode)) {
    throw unusable(`names no interactiveMode of the credential plug-in (${INTERACTIVE_MODES.join(', ')})`);
  }
  if (mode === 'Always') {
    throw unusable('has a credential plug-in that asks a person (interactiveMode: Always), and nobody can answer');
  }
  if (env.some((entry) => entry.name === '')) throw unusable('has a variable without a name for the credential plug-in');
}
