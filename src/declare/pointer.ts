/** JSON pointer (RFC 6901) of a path: ('central', 'podSubnets', 0) → '/central/podSubnets/0'; no segment is the document itself, ''. */
export function pointer(...segments: readonly PropertyKey[]): string {
  let path = '';
  for (const segment of segments) path += `/${escaped(String(segment))}`;
  return path;
}

function escaped(segment: string): string {
  return segment.includes('~') || segment.includes('/') ? segment.replaceAll('~', '~0').replaceAll('/', '~1') : segment;
}

/** The pointer of what holds this one: '/central/podSubnets/0' → '/central/podSubnets'. The document's parent is the document. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The segments of a pointer, unescaped: '/central/podSubnets/0' → ['central', 'podSubnets', '0']. */
export function segmentsOf(path: string): string[] {
  return path === ''
    ? []
    : path
        .slice(1)
        .split('/')
        .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}
