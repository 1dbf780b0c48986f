import type { KubernetesObject } from '../model/kubernetes.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { all, type Judgement, PASSED, waiting } from './health.ts';
import { fieldsOf, itemsOf } from './json-nodes.ts';

/**
 * Whether a workload runs the images of the object that its operator makes it from: until the operator has seen the object, the workload
 * is ready in its former release. Containers that the object does not name, and images of other names, are the operator's own affair;
 * so is the registry.
 */
export function rolledOut(workload: KubernetesObject, owner: KubernetesObject | undefined): Judgement {
  const common = fieldsOf(owner?.['spec'], 'common');
  const pod = fieldsOf(workload['spec'], 'template', 'spec');
  return all(
    ['initContainers', 'containers'].flatMap((list) => {
      const running = new Map(itemsOf(pod[list]).map((item) => [fieldsOf(item)['name'], fieldsOf(item)['image']]));
      return itemsOf(common[list]).map((item): Judgement => {
        const { name, image } = fieldsOf(item);
        const runs = running.get(name);
        if (typeof image !== 'string' || typeof runs !== 'string') return PASSED;
        const [wanted, is] = [lastPart(image), lastPart(runs)];
        if (wanted === is || nameOf(wanted) !== nameOf(is)) return PASSED;
        return waiting(`${objectTitle(refOf(workload))} runs ${is} so far, not ${wanted}`);
      });
    }),
  );
}

function lastPart(image: string): string {
  return image.slice(image.lastIndexOf('/') + 1).replace(/@.*$/, '');
}

function nameOf(last: string): string {
  return last.replace(/:.*$/, '');
}
