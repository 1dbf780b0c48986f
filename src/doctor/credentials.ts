import type { Kubeconfig } from '../kubeconfig/kubeconfig.ts';
import { lifetimesOf } from '../kubeconfig/lifetimes.ts';
import { readKubeconfig } from '../kubeconfig/read.ts';
import { serviceAccountOf } from '../kubeconfig/token-claims.ts';
import { UnusableKubeconfig } from '../kubeconfig/unusable.ts';
import type { DoctorCheck } from '../model/doctor.ts';
import type { NeededCredential } from '../model/init.ts';
import { parseDockerConfig } from '../rules/docker-config.ts';
import { exportCommand } from '../setup/step-commands.ts';
import { check } from './checks.ts';

/** A credential that a declaration names, as far as it is there. */
export interface CredentialFacts {
  needed: NeededCredential;
  /** Of a kubeconfig: the context that the declaration names. */
  context?: string;
  value: { status: 'ok'; value: string } | { status: 'missing'; reason: string };
}

/** Whether a credential is there and is what it is to be. No part of its value is said. */
export function credentialCheck({ needed, context, value }: CredentialFacts, now: number): DoctorCheck {
  const { name, for: uses } = needed;
  const what = uses.join(', ');
  if (value.status === 'missing') return check('credentials', name, 'to-do', `${what}: ${value.reason}`, remedyOf(needed));
  const judged = isPullSecret(needed) ? pullSecret(value.value) : kubeconfig(value.value, context, now);
  const more = judged.state === 'to-do' ? remedyOf(needed) : {};
  return check('credentials', name, judged.state, `${what}: ${judged.seen}`, more);
}

function isPullSecret({ for: uses }: NeededCredential): boolean {
  return uses.some((use) => use.startsWith('pull secret'));
}

type Judged = Pick<DoctorCheck, 'state' | 'seen'>;

function pullSecret(value: string): Judged {
  const config = parseDockerConfig(value);
  if (config === undefined) return { state: 'to-do', seen: 'this is not docker config JSON' };
  const hosts = [...config.hosts].filter(([, login]) => login).map(([host]) => host);
  if (hosts.length === 0) return { state: 'to-do', seen: 'it logs in to no registry' };
  return { state: 'ok', seen: `logs in to ${hosts.join(', ')}` };
}

function kubeconfig(value: string, context: string | undefined, now: number): Judged {
  try {
    const read = readKubeconfig(value, context);
    const lifetimes = lifetimesOf(read);
    const gone = lifetimes.find(({ ends }) => ends !== undefined && ends <= now);
    if (gone !== undefined) return { state: 'to-do', seen: `its ${gone.part} has expired (${dayOf(gone.ends!)})` };
    const next = lifetimes.filter(({ ends }) => ends !== undefined).sort((a, b) => a.ends! - b.ends!)[0];
    const until = next === undefined ? '' : `, good until ${dayOf(next.ends!)}`;
    return { state: 'ok', seen: `context ${read.context} at ${read.cluster.server}, ${login(read)}${until}` };
  } catch (error) {
    if (!(error instanceof UnusableKubeconfig)) throw error;
    return { state: 'to-do', seen: error.message };
  }
}

function login({ user }: Kubeconfig): string {
  const { token, exec, clientCertificate, basic } = user;
  const account = token === undefined ? undefined : serviceAccountOf(token);
  if (account !== undefined) return `token of ${account.namespace}/${account.name}`;
  if (token !== undefined || user.tokenFile !== undefined) return 'a token';
  if (clientCertificate !== undefined) return 'a client certificate';
  if (exec !== undefined) return `the program ${exec.command}`;
  return basic === undefined ? 'no login' : 'a password';
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function remedyOf(needed: NeededCredential): { remedy: string; command?: string } {
  if (needed.secret === undefined) return { remedy: `Put the content into ${needed.name}, relative to the declaration.` };
  return {
    remedy: `Set ${needed.name} to the content, plain or base64; in a workflow, the secret ${needed.secret} of the repository.`,
    command: exportCommand(needed),
  };
}
