import { placeOf } from '../declare/place.ts';
import { type Lifetime, lifetimesOf } from '../kubeconfig/lifetimes.ts';
import { readKubeconfig } from '../kubeconfig/read.ts';
import { serviceAccountOf } from '../kubeconfig/token-claims.ts';
import type { Finding } from '../model/finding.ts';
import type { Problem } from '../model/live.ts';
import { KubeconfigError, rewriteServer } from '../render/kubeconfig.ts';
import { finding, type HandoverInput, type Rule } from './rule.ts';

const DAY = 24 * 60 * 60 * 1000;
/** Anything that expires sooner gets a warning. */
const NEAR = 30 * DAY;

/** Judged where the kubeconfig's value is known: in plan, drift and apply, and in validate where it is given. */
export const handoverUsable: Rule = {
  id: 'E19',
  sentence:
    'A kubeconfig that is handed over embeds its credentials, has the intended context, verifies the server, is accepted there, is none of cn2-fleet’s own identities, and nothing in it expires within 30 days.',
  remedy:
    'Provide a kubeconfig with long-lived embedded credentials, as `handover` if the tool itself uses another one: kubectl config view --flatten --minify --raw.',
  source: 'derived',
  judgeHandover: judgeHandoverValue,
};

/** What the text alone shows: whether it can be handed over, and whether anything in it has expired or is about to. */
export function judgeHandoverValue(input: HandoverInput): Finding[] {
  const { value, context, server, cluster, now } = input;
  try {
    rewriteServer(value, context, server);
  } catch (error) {
    if (!(error instanceof KubeconfigError)) throw error;
    return [found(input, `${cluster}: ${error.message}`)];
  }
  const kubeconfig = readKubeconfig(value, context);
  const identity = ownIdentity(kubeconfig.user.token);
  if (identity !== undefined) {
    const message = `${cluster}: the kubeconfig that is handed over is that of ${identity}, which is for cn2-fleet and lacks the rights that CN2 needs`;
    return [{ ...found(input, message), remedy: OWN_IDENTITY }];
  }
  return lifetimesOf(kubeconfig).flatMap((lifetime) => judgeLifetime(input, lifetime, now));
}

const OWN_IDENTITY =
  'Declare `handover`: a kubeconfig of the cluster that is made for CN2. cn2-fleet init --identities writes the key.';

/** The identity of deploy/ that a token is of; undefined: of somebody else. */
function ownIdentity(token: string | undefined): string | undefined {
  const account = token === undefined ? undefined : serviceAccountOf(token);
  return account?.namespace === 'cn2-fleet' && /^cn2-fleet-(plan|apply|smoke)$/.test(account.name) ? account.name : undefined;
}

function judgeLifetime(input: HandoverInput, { part, ends }: Lifetime, now: number): Finding[] {
  const what = `${input.cluster}: the ${part} of the kubeconfig that is handed over`;
  if (ends === undefined) return [found(input, `${what} cannot be read: it is not a certificate`)];
  if (ends - now > NEAR) return [];
  const day = new Date(ends).toISOString().slice(0, 10);
  if (ends <= now) return [found(input, `${what} expired on ${day}`)];
  return [{ ...found(input, `${what} expires on ${day}`), severity: 'warning' }];
}

/**
 * The result of trying the handed-over kubeconfig. What this host cannot reach says nothing about what the other cluster can; missing
 * rights to /version need not matter to CN2.
 */
export function judgeHandoverTrial(input: HandoverInput, problem: Problem | undefined): Finding[] {
  if (problem === undefined) return [];
  // If the tool connects with it too, that connection fails as well and says so.
  const severity = problem.cause === 'unauthorized' && input.isOwn ? 'warning' : SEVERITIES[problem.cause];
  if (severity === undefined) return [];
  const prefix = `${input.cluster}: `;
  const why = problem.message.startsWith(prefix) ? problem.message.slice(prefix.length) : problem.message;
  const message = `${input.cluster}: the kubeconfig that is handed over does not log in at ${input.server}: ${why}`;
  return [{ ...found(input, message), severity }];
}

const SEVERITIES: Partial<Record<Problem['cause'], Finding['severity']>> = {
  unauthorized: 'error',
  credential: 'error',
  // At a private address a different machine may answer here than there; a wrong name is left to rule E18.
  certificate: 'warning',
  forbidden: 'warning',
};

function found({ source, at, cluster }: HandoverInput, message: string): Finding {
  return finding(handoverUsable, source ? placeOf(source, at) : undefined, message, { cluster });
}
