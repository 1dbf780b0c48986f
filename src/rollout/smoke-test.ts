import { resourceLookup } from '../apply/resources.ts';
import { expect } from '../expectation/expect.ts';
import { smokeConditions, smokeDocument } from '../expectation/smoke-document.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Condition } from '../model/outcome.ts';
import { present } from '../model/present.ts';
import type { Scope } from '../model/scope.ts';
import type { SmokeDocument } from '../model/smoke.ts';
import { UserError } from '../model/user-error.ts';
import { type Cluster, ClusterError } from '../ports/cluster.ts';
import type { Credentials } from '../ports/credentials.ts';
import { runSmoke } from '../probe/run-smoke.ts';
import type { RunPorts } from './run-ports.ts';

export interface SmokeTestInput {
  fleet: Fleet;
  clusters: ReadonlyMap<string, Cluster>;
  scope: Scope;
}

/** Measures and judges; undefined when the fleet declares no smoke test. Takes no lock. */
export async function smokeTest(
  ports: RunPorts,
  { fleet, clusters, scope }: SmokeTestInput,
): Promise<{ document: SmokeDocument; conditions: Condition[] } | undefined> {
  if (fleet.smoke === undefined) return undefined;
  const { image } = fleet.smoke;
  if (image === undefined)
    throw new UserError('smoke.image is missing', 'name an image with ping in smoke.image; images/probe builds one');
  const lookup = resourceLookup(clusters);
  const expected = expect(fleet, scope);
  const pullSecret = await pullSecretFor(ports.credentials, fleet, image);
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
    image,
    ...present({ pullSecret }),
  });
  const document = smokeDocument(fleet, expected, result);
  return { document, conditions: smokeConditions(document) };
}

/** The fleet's docker configuration where it logs in to the probe image's registry; a public image needs none. */
async function pullSecretFor(credentials: Credentials, fleet: Fleet, image: string): Promise<string | undefined> {
  const value = await credentials.resolve(fleet.release.pullSecret);
  if (value.status === 'missing') return undefined;
  try {
    const { auths = {} } = JSON.parse(value.value) as { auths?: Record<string, unknown> };
    const host = image.split('/')[0];
    return Object.keys(auths).some((registry) => registry.replace(/^https?:\/\//, '').split('/')[0] === host)
      ? value.value
      : undefined;
  } catch {
    return undefined;
  }
}
