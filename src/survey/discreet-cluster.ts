import { type Cluster, ClusterError } from '../ports/cluster.ts';
import type { Redactor } from '../report/redactor.ts';

/**
 * A connection whose errors repeat no secret: a server may echo what it was sent, and the sentence goes into progress, steps, findings
 * and reasons before any report is made of them.
 */
export function discreetCluster(cluster: Cluster, secrets: Redactor): Cluster {
  const quiet = (error: unknown): never => {
    throw discreetError(error, secrets);
  };
  return new Proxy(cluster, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== 'function') return member;
      if (property === 'watch')
        return (...input: unknown[]) => watched(member.apply(target, input) as AsyncIterable<unknown>, quiet);
      return (...input: unknown[]) => {
        try {
          const answer: unknown = member.apply(target, input);
          return answer instanceof Promise ? answer.catch(quiet) : answer;
        } catch (error: unknown) {
          return quiet(error);
        }
      };
    },
  });
}

async function* watched(events: AsyncIterable<unknown>, quiet: (error: unknown) => never): AsyncIterable<unknown> {
  try {
    yield* events;
  } catch (error: unknown) {
    quiet(error);
  }
}

/** The same error where it repeats no secret. */
function discreetError(error: unknown, secrets: Redactor): unknown {
  if (!(error instanceof ClusterError)) return error;
  const message = secrets.text(error.message);
  const fieldConflicts = secrets.document(error.fieldConflicts);
  if (message === error.message && JSON.stringify(fieldConflicts) === JSON.stringify(error.fieldConflicts)) return error;
  const { cluster, cause, status, reason } = error;
  return new ClusterError(message, {
    cluster,
    cause,
    fieldConflicts,
    ...(status === undefined ? {} : { status }),
    ...(reason === undefined ? {} : { reason: secrets.text(reason) }),
  });
}
