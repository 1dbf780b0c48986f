/** A network that a pod asks for in annotation k8s.v1.cni.cncf.io/networks. */
export interface WantedInterface {
  namespace: string;
  network: string;
  interface: string;
}

/**
 * Reads the annotation: `ns/vn, ns/vn` or the JSON list of the multi-network specification. A name without namespace is in
 * `ownNamespace`; interfaces are eth1, eth2 … where none is named. Throws for JSON that is none.
 */
export function wantedInterfaces(annotation: string, ownNamespace: string): WantedInterface[] {
  const text = annotation.trim();
  if (text === '') return [];
  const entries: { namespace?: string; name: string; interface?: string }[] = text.startsWith('[')
    ? (JSON.parse(text) as { namespace?: string; name: string; interface?: string }[])
    : text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '')
        .map(parseEntry);
  return entries.map((entry, index) => ({
    namespace: entry.namespace ?? ownNamespace,
    network: entry.name,
    interface: entry.interface ?? `eth${index + 1}`,
  }));
}

/** `[namespace/]name[@interface]` */
function parseEntry(text: string): { namespace?: string; name: string; interface?: string } {
  const [path = '', device] = text.split('@');
  const slash = path.indexOf('/');
  return {
    name: path.slice(slash + 1),
    ...(slash < 0 ? {} : { namespace: path.slice(0, slash) }),
    ...(device === undefined ? {} : { interface: device }),
  };
}
