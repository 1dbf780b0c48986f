import { resourceLookup } from '../apply/resources.ts';
import { diagnose, needsDiagnosis } from '../diagnosis/diagnose.ts';
import { EVERY_RIGHT } from '../doctor/rights.ts';
import { expect } from '../expectation/expect.ts';
import { smokeConditions, smokeDocument } from '../expectation/smoke-document.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Condition } from '../model/outcome.ts';
import { present } from '../model/present.ts';
import type { Scope } from '../model/scope.ts';
import type { SmokeDocument } from '../model/smoke.ts';
import { missingRights } from '../observe/rights.ts';
import { type Cluster, ClusterError } from '../ports/cluster.ts';
import { runSmoke } from '../probe/run-smoke.ts';
import { pathFacts } from './path-facts.ts';
import { probeImages } from './probe-images.ts';
import type { RunPorts } from './run-ports.ts';

export interface SmokeTestInput {
  fleet: Fleet;
  clusters: ReadonlyMap<string, Cluster>;
  scope: Scope;
  /** The run that had the lock before and died. */
  dead?: string;
  /** Why there is no connection to a cluster, by its name. */
  unconnected?: ReadonlyMap<string, string>;
}

/** Measures and judges; undefined when the fleet declares no smoke test. Takes no lock. */
export async function smokeTest(
  ports: RunPorts,
  { fleet, clusters, scope, dead, unconnected }: SmokeTestInput,
): Promise<{ document: SmokeDocument; conditions: Condition[] } | undefined> {
  if (fleet.smoke === undefined) return undefined;
  const lookup = resourceLookup(clusters);
  const expected = expect(fleet, scope);
  const at = new Date(ports.clock.now()).toISOString();
  const result = await runSmoke({
    fleet,
    expected,
    clusters,
    resources: async (cluster, group, kind) => {
      const resource = await lookup(cluster, group, kind);
      if (resource !== undefined) return resource;
      throw new ClusterError(`${cluster}: serves no ${kind}${group === '' ? '' : ` of ${group}`}`, {
        cluster,
        cause: 'not-found',
        fieldConflicts: [],
      });
    },
    clock: ports.clock,
    reporter: ports.reporter,
    runId: ports.runId,
    signal: ports.signal,
    ...present({ dead }),
    images: await probeImages(fleet, ports.credentials),
    ask: async (cluster, rights) => {
      const answer = await missingRights(cluster, rights, EVERY_RIGHT);
      return 'problem' in answer ? undefined : answer.missing;
    },
  });
  const document = { ...smokeDocument(fleet, result.expected, result), at };
  await explain(document, ports, { fleet, clusters, ...present({ unconnected }) });
  return { document, conditions: smokeConditions(document) };
}

/** Adds why paths are red or unknown. Only where something is to be explained are the objects looked at once more. */
export async function explain(
  document: SmokeDocument,
  { signal }: Pick<RunPorts, 'signal'>,
  { fleet, clusters, unconnected }: Pick<SmokeTestInput, 'fleet' | 'clusters' | 'unconnected'>,
): Promise<void> {
  const looks = needsDiagnosis(document.pairs);
  if (looks && signal.aborted) return;
  const asked = { clusters, resources: resourceLookup(clusters), ...present({ unconnected }) };
  const diagnoses = diagnose(fleet, document.pairs, looks ? await pathFacts(fleet, document.pairs, asked) : undefined);
  if (diagnoses.length > 0) document.diagnoses = diagnoses;
}
