import type { Switches } from './switches.ts';

const APPLY_TYPES = ['application/apply-patch+yaml', 'application/apply-patch+cbor'];

/** A parsed JSON value that is an object. */
type Members = { [key: string]: unknown };

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Takes managedFields out of what an API answers, in place: objects, lists, events of a watch, rows of a table.
 * Anything else stays as it is.
 */
export function withoutManagedFields(value: unknown): unknown {
  if (!isMembers(value)) return value;
  if (isMembers(value['metadata'])) delete value['metadata']['managedFields'];
  withoutManagedFields(value['object']);
  for (const key of ['items', 'rows']) {
    const entries = value[key];
    if (Array.isArray(entries)) for (const entry of entries) withoutManagedFields(entry);
  }
  return value;
}

/**
 * Takes out of an OpenAPI description, of version 2 or 3 and in place, what is switched off: the media types of server-side apply in
 * patch operations and the parameter dryRun.
 */
export function withoutAbilities(description: unknown, { serverSideApply, dryRun }: Switches): unknown {
  const paths = isMembers(description) ? description['paths'] : undefined;
  if (!isMembers(paths)) return description;
  for (const path of Object.values(paths).filter(isMembers)) {
    for (const operation of [path, ...Object.values(path).filter(isMembers)]) {
      if (dryRun !== 'served') removeParameter(operation, 'dryRun');
      if (serverSideApply === 'off') removeTypes(operation);
    }
  }
  return description;
}

function removeParameter(operation: Members, name: string): void {
  const { parameters } = operation;
  if (!Array.isArray(parameters)) return;
  operation['parameters'] = parameters.filter(
    (parameter) => !isMembers(parameter) || (parameter['name'] !== name && !String(parameter['$ref']).includes(`/${name}-`)),
  );
}

function removeTypes(operation: Members): void {
  const { consumes, requestBody } = operation;
  if (Array.isArray(consumes)) operation['consumes'] = consumes.filter((type) => !APPLY_TYPES.includes(String(type)));
  const content = isMembers(requestBody) ? requestBody['content'] : undefined;
  if (isMembers(content)) for (const type of APPLY_TYPES) delete content[type];
}

/** Whether a media type is one of server-side apply. */
export function isApply(contentType: string): boolean {
  return APPLY_TYPES.some((type) => contentType.startsWith(type));
}

/** A refusal as API servers word it. */
export function refusal(code: number, reason: string, message: string): { code: number; body: string } {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
  return { code, body: `${JSON.stringify(status)}\n` };
}
