/**
 * The guide's declaration before cluster2 is attached: the central cluster with its own namespaces and networks, nothing connected. By
 * lines, so that comments and layout stay and the pull request that adds cluster2 shows what a person would have written.
 */
export function withoutCluster2(declaration: string): string {
  return declaration
    .replace(/^distributed:\n(?: .*\n)+/m, 'distributed: []\n')
    .replace(/^ {2}- \{cluster: cluster2,.*\n/gm, '')
    .replace(/^connections:\n(?: .*\n)+/m, 'connections: []\n');
}
