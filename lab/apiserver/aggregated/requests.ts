import { isApply, refusal } from './answers.ts';
import type { Switches } from './switches.ts';

/** A request to an API server, as far as it decides what becomes of it. */
export interface ApiRequest {
  method: string;
  /** Path and query. */
  path: string;
  contentType: string;
  accept: string;
}

/** The request as it is passed on, or the answer that it gets instead. */
export type Verdict =
  | { pass: { path: string; accept: string; rewrite: 'openapi' | 'objects' | undefined } }
  | { refuse: { code: number; body: string } };

/** What becomes of a request under the switches. */
export function judgeRequest(request: ApiRequest, switches: Switches): Verdict {
  const url = new URL(request.path, 'https://aggregated.invalid');
  const patch = request.method === 'PATCH';
  if (patch && switches.serverSideApply === 'off' && isApply(request.contentType))
    return {
      refuse: refusal(
        415,
        'UnsupportedMediaType',
        'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json',
      ),
    };
  if (url.searchParams.has('dryRun') && switches.dryRun === 'refused')
    return { refuse: refusal(400, 'BadRequest', 'the dryRun parameter is not supported') };
  if (switches.dryRun === 'off') url.searchParams.delete('dryRun');
  const isDescription = url.pathname.startsWith('/openapi/');
  if (isDescription && switches.openapi === 'broken')
    return { refuse: refusal(500, 'InternalError', 'the description could not be made') };
  const lacks = switches.serverSideApply === 'off' || switches.dryRun !== 'served';
  // The hash stands for the description as the server behind has it.
  if (isDescription && lacks) url.searchParams.delete('hash');
  const rewrite = isDescription ? (lacks ? 'openapi' : undefined) : switches.managedFields === 'off' ? 'objects' : undefined;
  const accept = rewrite === undefined ? request.accept : jsonOnly(request.accept);
  return { pass: { path: `${url.pathname}${url.search}`, accept, rewrite } };
}

/** Only JSON can be rewritten here; clients that ask for something else get it all the same. */
function jsonOnly(accept: string): string {
  const types = accept.split(',').filter((type) => type.trim().startsWith('application/json'));
  return types.length === 0 ? 'application/json' : types.join(',');
}
