import type { Marker, RunOrder } from '../../model/forge.ts';
import type { Access } from './access.ts';
import { REPEATABLE } from './client.ts';
import { compareOrders, isMarked, orderOf, readHeader } from './header.ts';

const QUERY = `query ($id: ID!) {
  node(id: $id) { ... on IssueComment { userContentEdits(first: 30) { nodes { diff } } } }
}`;

/**
 * The text of a newer run that a comment had before it was overwritten, from its edit history (`diff` is the whole text of an edit,
 * the latest edit comes first). GitHub's comments know no condition for a write, so this is how an older run notices afterwards what
 * it did. Undefined where there is none, and where the history cannot be read.
 */
export async function newerBefore(
  access: Access,
  graphqlUrl: string,
  nodeId: string,
  marker: Marker,
  order: RunOrder,
): Promise<string | undefined> {
  const texts = await history(access, graphqlUrl, nodeId);
  let newest: { text: string; order: RunOrder } | undefined;
  // From the oldest: of one run the last text counts, but a text that came back is not a further one.
  for (const text of new Set(texts.reverse())) {
    const header = readHeader(text);
    if (!isMarked(header, marker) || compareOrders(orderOf(header), order) <= 0) continue;
    if (newest === undefined || compareOrders(orderOf(header), newest.order) >= 0) newest = { text, order: orderOf(header) };
  }
  return newest?.text;
}

async function history({ client }: Access, graphqlUrl: string, nodeId: string): Promise<string[]> {
  try {
    const octokit = await client();
    const request = { method: 'POST', url: graphqlUrl, query: QUERY, variables: { id: nodeId }, request: REPEATABLE } as const;
    const nodes: unknown = (await octokit.request(request)).data?.data?.node?.userContentEdits?.nodes;
    return (Array.isArray(nodes) ? nodes : []).flatMap((node: { diff?: unknown } | null) =>
      typeof node?.diff === 'string' ? [node.diff] : [],
    );
  } catch {
    // The comment is written; what this looks for is rare, and a failure here does not fail the run.
    return [];
  }
}
