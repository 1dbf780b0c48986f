import pMap from 'p-map';
import type { ReachFacts } from '../doctor/clusters.ts';
import type { CredentialFacts } from '../doctor/credentials.ts';
import type { RightsFacts } from '../doctor/judge-rights.ts';
import { EVERY_RIGHT, neededRights, type Right } from '../doctor/rights.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { CredentialRef, Fleet } from '../model/fleet.ts';
import type { NeededCredential } from '../model/init.ts';
import type { LiveState } from '../model/live.ts';
import type { Manifest } from '../model/manifest.ts';
import { present } from '../model/present.ts';
import type { Scope } from '../model/scope.ts';
import { observe } from '../observe/observe.ts';
import { missingRights, whoAmI } from '../observe/rights.ts';
import { neededCredentials } from '../setup/needed-credentials.ts';
import { unknownClusters } from './look.ts';
import { openClusters } from './session.ts';
import type { SurveyPorts } from './survey-ports.ts';

export interface ExamineInput {
  fleet: Fleet;
  source?: SourceMap;
  scope: Scope;
  manifests: readonly Manifest[];
}

/** Clusters as a first run would find them. */
export interface Examined {
  live: LiveState;
  /** In the order of the clusters. */
  reach: ReachFacts[];
  rights: RightsFacts[];
  /** Addresses that were dialled. */
  servers: string[];
}

/**
 * Reads the clusters, and asks each server as whom it knows us and which rights of a run are missing. Nothing is stored on a cluster:
 * beside reads there are reviews of our own rights, which a server answers and forgets.
 */
export async function examine(ports: SurveyPorts, input: ExamineInput, concurrency: number): Promise<Examined> {
  const { fleet, source, scope, manifests } = input;
  await using session = await openClusters(ports, fleet, scope, source);
  const live = await observe({ fleet, clusters: session.connections, manifests, scope }, concurrency);
  const findings = [...session.findings, ...unknownClusters(live, fleet, source, session)];
  const asked = await pMap(
    live.clusters,
    async (cluster) => {
      const { name, role, resources } = cluster;
      const connection = session.clusters.get(name);
      const needed = neededRights(fleet, name, { manifests, resources });
      const answers = connection !== undefined && cluster.facts !== undefined;
      const every: Right[] = Object.values(needed).flat();
      const [identity, answer] = answers
        ? await Promise.all([whoAmI(connection), missingRights(connection, every, EVERY_RIGHT)])
        : [undefined, undefined];
      const reach: ReachFacts = {
        cluster,
        findings: findings.filter((finding) => finding.cluster === name),
        ...present({ server: connection?.server, identity }),
      };
      const environment = fleet.metadata.name;
      const rights = { cluster: name, role, needed, smoke: fleet.smoke !== undefined, environment, ...present({ answer }) };
      return { reach, rights };
    },
    { concurrency },
  );
  return {
    live,
    reach: asked.map(({ reach }) => reach),
    rights: asked.map(({ rights }) => rights),
    servers: [...session.clusters.values()].map(({ server }) => server),
  };
}

/** Every credential that a declaration names, with its value. Values stay in memory. */
export async function resolveNeeded(ports: Pick<SurveyPorts, 'credentials'>, fleet: Fleet): Promise<CredentialFacts[]> {
  return await pMap(
    neededCredentials(fleet),
    async (needed): Promise<CredentialFacts> => {
      const ref = refOf(fleet, needed);
      return { needed, value: await ports.credentials.resolve(ref), ...present({ context: ref.context }) };
    },
    { concurrency: 8 },
  );
}

/** The reference as the declaration has it, with the context of a kubeconfig. */
function refOf({ central, distributed }: Fleet, { name, secret }: NeededCredential): CredentialRef {
  const plain: CredentialRef = secret === undefined ? { file: name } : { env: name };
  const all = [central, ...distributed].flatMap(({ kubeconfig, handover }) => [kubeconfig, handover ?? []].flat());
  return all.find((ref) => ('env' in ref ? 'env' in plain && ref.env === name : 'file' in plain && ref.file === name)) ?? plain;
}
