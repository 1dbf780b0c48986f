import type { Resource } from '../../model/kubernetes.ts';
import { apiVersionOf } from '../../model/kubernetes.ts';
import { present } from '../../model/present.ts';

/** The words that RequestCounts counts by. */
export type CountedVerb = 'GET' | 'LIST' | 'WATCH' | 'APPLY' | 'APPLY-DRYRUN' | 'CREATE' | 'DELETE' | 'PATCH' | 'UPDATE' | 'EXEC';

/** What a request is about, in the words of RBAC: for the sentence of an error. */
export interface Subject {
  /** RBAC verb: get, list, watch, patch, create, update, delete. */
  verb: string;
  /** plural.group, as `kubectl auth can-i` takes it; a path for requests without a resource. */
  resource: string;
  namespace?: string;
  name?: string;
  /** Text of the server may hold values of this object: never repeated. */
  secret: boolean;
}

export interface ApiRequest {
  counted: CountedVerb;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the server's address, with the query. */
  path: string;
  body?: string;
  contentType?: string;
  accept?: string;
  subject: Subject;
  /** Stores nothing, so it may be sent again. */
  repeatable: boolean;
}

export interface Query {
  [parameter: string]: string | undefined;
}

/** Path of a kind's collection, or of one object of it; percent-encoded, as RBAC names may hold ':' and capitals. */
export function resourcePath(resource: Resource, namespace?: string, name?: string, query: Query = {}): string {
  const root = resource.group === '' ? '/api' : '/apis';
  const scope = resource.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  const object = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  return `${root}/${apiVersionOf(resource.group, resource.version)}${scope}/${resource.plural}${object}${queryText(query)}`;
}

/** plural.group, the way people and RBAC name a resource. */
function resourceName(resource: Resource): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

/** The subject of a request on a resource. */
export function subjectOf(verb: string, resource: Resource, namespace?: string, name?: string): Subject {
  return {
    verb,
    resource: resourceName(resource),
    secret: resource.group === '' && resource.kind === 'Secret',
    ...present({ namespace, name }),
  };
}

function queryText(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [parameter, value] of Object.entries(query)) if (value !== undefined) parameters.set(parameter, value);
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
