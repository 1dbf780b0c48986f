import { believing } from './front-proxy.ts';

/** Where the first server decides who may do what. */
export const REVIEWS_PATH = '/apis/authorization.k8s.io/v1/subjectaccessreviews';

/**
 * Flags of a kube-apiserver that stands behind another one. It believes that one as to whom a request is for, by the authority in
 * `proxy`, and asks it whether that user may, by the kubeconfig in the file `reviews`: so RBAC there means what it says.
 */
export function secondServerFlags({ proxy, reviews }: { proxy: string; reviews: string }): string[] {
  return [
    ...believing(proxy),
    '--authorization-mode=Webhook',
    `--authorization-webhook-config-file=${reviews}`,
    '--authorization-webhook-version=v1',
    // A right that is given or taken counts at once.
    '--authorization-webhook-cache-authorized-ttl=1ms',
    '--authorization-webhook-cache-unauthorized-ttl=1ms',
    '--service-cluster-ip-range=10.96.0.0/16',
    // It has no namespaces and no service accounts of its own.
    '--disable-admission-plugins=ServiceAccount,NamespaceLifecycle',
  ];
}
