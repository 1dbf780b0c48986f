import { KubeClient } from '../../lab/cn2/control/client.ts';
import { connectionOf } from '../../lab/cn2/control/connection.ts';
import { pathOf } from '../../lab/cn2/control/kinds.ts';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import { EMULATED_ANNOTATION } from '../../src/cn2/names.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';

const MARKS = ['cn2-fleet/fleet', 'app.kubernetes.io/managed-by'];

/** Takes every mark of cn2-fleet off a fleet's objects, as if somebody had made them by hand. `clusters`: name → kubeconfig. */
export async function forgetFleet(clusters: ReadonlyMap<string, string>): Promise<void> {
  for (const [name, kubeconfig] of clusters) {
    await using cluster = kubernetesConnector().connect(name, kubeconfig);
    using client = new KubeClient(connectionOf(kubeconfig));
    const { resources } = await cluster.discover();
    for (const resource of resources) {
      const objects = await cluster.list(resource).catch(() => []);
      for (const { metadata } of objects) {
        const managers = metadata.managedFields?.map(({ manager }) => manager) ?? [];
        if (!managers.includes('cn2-fleet') && metadata.labels?.['cn2-fleet/fleet'] === undefined) continue;
        const kind = { ...resource, kind: resource.kind };
        if (resource.kind === 'Lease') {
          await client.delete(kind, metadata.namespace, metadata.name);
          continue;
        }
        const labels = Object.fromEntries(MARKS.map((label) => [label, null]));
        const annotations = Object.fromEntries(
          Object.keys(metadata.annotations ?? {})
            .filter((key) => key.startsWith('cn2-fleet/') && key !== EMULATED_ANNOTATION)
            .map((key) => [key, null]),
        );
        const path = pathOf(kind, metadata.namespace, metadata.name);
        const patch = async (changes: object) =>
          (await client.json('PATCH', path, { metadata: changes }, 'application/merge-patch+json')) as KubernetesObject;
        const { metadata: after } = await patch({ labels, annotations });
        // What we have set was set by hand.
        const managedFields = after.managedFields?.map((entry) =>
          entry.manager === 'cn2-fleet' ? { ...entry, manager: 'kubectl-create', operation: 'Update' } : entry,
        );
        await patch({ managedFields });
      }
    }
  }
}
