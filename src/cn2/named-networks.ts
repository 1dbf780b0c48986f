/**
 * The networks that an annotation k8s.v1.cni.cncf.io/networks names: namespace/name[@interface] joined by commas, or a JSON list of
 * {namespace, name}. Undefined for what is neither; '' stands for a part that is not there.
 */
export function namedNetworks(value: string): { namespace: string; name: string }[] | undefined {
  if (!value.trimStart().startsWith('[')) {
    return value.split(',').map((part) => {
      const [first = '', second] = part.trim().replace(/@.*$/, '').split('/');
      return second === undefined ? { namespace: '', name: first } : { namespace: first, name: second };
    });
  }
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed)
      ? parsed.map((entry: { namespace?: unknown; name?: unknown } | null) => ({
          namespace: text(entry?.namespace),
          name: text(entry?.name),
        }))
      : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
