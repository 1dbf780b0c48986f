import { setTimeout as sleep } from 'node:timers/promises';
import { SMOKE_LABEL } from '../../src/cn2/names.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import type { KubeClient } from '../cn2/control/client.ts';
import { apiVersion, type Kind, POD } from '../cn2/control/kinds.ts';
import { LabError } from '../kind/commands.ts';
import type { FinalizerAct } from './fault.ts';
import type { Mechanism } from './hands.ts';
import { MANAGER } from './on-objects.ts';

const admission = (kind: string, plural: string): Kind => ({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind,
  plural,
  namespaced: false,
});
const POLICY = admission('MutatingAdmissionPolicy', 'mutatingadmissionpolicies');
const BINDING = admission('MutatingAdmissionPolicyBinding', 'mutatingadmissionpolicybindings');
const NAME = 'cn2-fleet-fault';

/** API servers follow their policies with a delay. */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 200;

export const finalizer: Mechanism<FinalizerAct> = {
  async perform({ cluster, finalizer: text }, hands) {
    const client = await hands.client(cluster);
    for (const { kind, object } of objects(text)) await client.create(kind, object, MANAGER);
    await until(cluster, true, () => isGiven(client, text));
  },
  async takeBack({ cluster, finalizer: text }, hands) {
    const client = await hands.client(cluster);
    for (const { kind } of objects(text).reverse()) await client.delete(kind, undefined, NAME);
    await until(cluster, false, () => isGiven(client, text));
    const { items } = (await client.json('GET', `/api/v1/pods?labelSelector=${encodeURIComponent(SMOKE_LABEL)}`)) as {
      items: KubernetesObject[];
    };
    for (const { metadata } of items) {
      const { finalizers = [], namespace, name } = metadata;
      if (finalizers.includes(text))
        await client.merge(
          POD,
          namespace,
          name,
          { metadata: { finalizers: finalizers.filter((each) => each !== text) } },
          MANAGER,
        );
    }
  },
};

function objects(text: string): { kind: Kind; object: KubernetesObject }[] {
  const object = (kind: Kind, spec: object) => ({
    kind,
    object: { apiVersion: apiVersion(kind), kind: kind.kind, metadata: { name: NAME }, spec },
  });
  return [
    object(POLICY, {
      failurePolicy: 'Fail',
      reinvocationPolicy: 'Never',
      matchConstraints: {
        objectSelector: { matchExpressions: [{ key: SMOKE_LABEL, operator: 'Exists' }] },
        resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
      },
      mutations: [
        {
          patchType: 'JSONPatch',
          jsonPatch: { expression: `[JSONPatch{op: "add", path: "/metadata/finalizers", value: ["${text}"]}]` },
        },
      ],
    }),
    object(BINDING, { policyName: NAME }),
  ];
}

/** Whether a pod of a smoke test that is made now gets the finalizer: asked without making one. */
async function isGiven(client: KubeClient, text: string): Promise<boolean> {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: NAME, namespace: 'default', labels: { [SMOKE_LABEL]: NAME } },
    spec: { containers: [{ name: 'none', image: 'none' }] },
  };
  const seen = (await client.json('POST', '/api/v1/namespaces/default/pods?dryRun=All', pod)) as KubernetesObject;
  return seen.metadata.finalizers?.includes(text) === true;
}

async function until(cluster: string, wanted: boolean, look: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while ((await look()) !== wanted) {
    if (Date.now() > end)
      throw new LabError(`the API server of ${cluster} did not follow its admission policies within ${PATIENCE_MS / 1000} s`);
    await sleep(PAUSE_MS);
  }
}
