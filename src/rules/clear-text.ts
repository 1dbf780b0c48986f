import { isFields } from '../model/json-object.ts';

/** Names of variables that hold what nobody else may know. */
const SECRET_NAME = /pass(?:word|wd|phrase)?(?:$|[_-])|secret(?:$|[_-])|token$|api[_-]?key$|private[_-]?key$|credentials?$/i;

/** Where environment variables with such a name have their value in clear text: keys and indexes from the top. Never throws. */
export function clearTextSecrets(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => clearTextSecrets(item, [...path, index]));
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => [
    ...(key === 'env' && Array.isArray(member) ? variables(member, [...path, key]) : []),
    ...clearTextSecrets(member, [...path, key]),
  ]);
}

function variables(env: readonly unknown[], path: readonly (string | number)[]): (string | number)[][] {
  return env.flatMap((entry, index) =>
    isFields(entry) && SECRET_NAME.test(String(entry['name'])) && typeof entry['value'] === 'string' && entry['value'] !== ''
      ? [[...path, index, 'value']]
      : [],
  );
}
