import type { Abilities } from '../../model/abilities.ts';
import { isFields, ownMember } from '../../model/json-object.ts';
import { apiVersionOf, type Resource } from '../../model/kubernetes.ts';
import { ClusterError } from '../../ports/cluster.ts';
import type { ApiRequest } from './request.ts';
import { resourcePath } from './request.ts';
import type { Transport } from './transport.ts';

const APPLY = 'application/apply-patch+yaml';

/** What a description says of the operations on a kind. */
export interface Description {
  of(resource: Resource): Abilities;
}

/**
 * Reads how a group and version describes itself, as kubectl does: its OpenAPI of version 3, or where the server has none, that of
 * version 2 of the whole server. What describes itself nowhere advertises nothing. Throws the ClusterError of an answer that cannot be
 * read: it says nothing either way.
 */
export async function readDescription(transport: Transport, resource: Resource): Promise<Description> {
  for (const path of [`/openapi/v3/apis/${apiVersionOf(resource.group, resource.version)}`, '/openapi/v2']) {
    const request = read(path);
    const answer = await transport.answer(request);
    if (answer.status === 404) continue;
    if (answer.status !== 200) throw transport.failure(request, answer);
    const paths = pathsIn(transport.parse(answer));
    if (paths === undefined) throw unreadable(transport, path);
    return { of: (kind) => abilitiesIn(paths, kind) };
  }
  return { of: () => ({ serverSideApply: false, dryRun: false }) };
}

/** The operations of each path; undefined: it is something else. */
function pathsIn(description: unknown): Record<string, unknown> | undefined {
  const paths = isFields(description) ? description['paths'] : undefined;
  return isFields(paths) ? paths : undefined;
}

function abilitiesIn(paths: Record<string, unknown>, resource: Resource): Abilities {
  const [collection, object] = ['', '/{name}'].map((end) => ownMember(paths, `${pathTo(resource)}${end}`));
  const [post, put, patch] = [operation(collection, 'post'), operation(object, 'put'), operation(object, 'patch')];
  return { serverSideApply: takesApply(patch?.own), dryRun: [post, put, patch].every(offersDryRun) };
}

/** As descriptions write it: parameters in braces. */
function pathTo(resource: Resource): string {
  return decodeURIComponent(resourcePath(resource, '{namespace}'));
}

interface Operation {
  own: Record<string, unknown>;
  /** Its own parameters and those of all operations on the path. */
  parameters: unknown[];
}

function operation(path: unknown, method: string): Operation | undefined {
  const own = isFields(path) ? ownMember(path, method) : undefined;
  if (!isFields(path) || !isFields(own)) return undefined;
  const listed = [own['parameters'], path['parameters']].flatMap((each) => (Array.isArray(each) ? (each as unknown[]) : []));
  return { own, parameters: listed };
}

/** Version 3 has media types in the body of the request, version 2 in `consumes`. */
function takesApply(patch: Record<string, unknown> | undefined): boolean {
  if (patch === undefined) return false;
  const { requestBody, consumes } = patch;
  const content = isFields(requestBody) ? requestBody['content'] : undefined;
  return (isFields(content) && Object.hasOwn(content, APPLY)) || (Array.isArray(consumes) && consumes.includes(APPLY));
}

/** A parameter is listed, or referred to by its name and a hash. */
function offersDryRun(operation: Operation | undefined): boolean {
  return (
    operation?.parameters.some(
      (parameter) =>
        isFields(parameter) && (parameter['name'] === 'dryRun' || /\/dryRun(-[^/]*)?$/.test(String(parameter['$ref'] ?? ''))),
    ) === true
  );
}

function unreadable({ cluster }: Transport, path: string): ClusterError {
  const message = `${cluster}: ${path} is not an OpenAPI description, so what its API can do is unknown`;
  return new ClusterError(message, { cluster, cause: 'error', fieldConflicts: [] });
}

function read(path: string): ApiRequest {
  return {
    counted: 'GET',
    method: 'GET',
    path,
    subject: { verb: 'get', resource: path, secret: false },
    repeatable: true,
  };
}
