import { isMap, isScalar, isSeq, parseDocument, type Scalar, type YAMLMap } from 'yaml';

const USER_FILES = ['tokenFile', 'client-certificate', 'client-key'];
const CLUSTER_FILES = ['certificate-authority'];

/**
 * A kubeconfig that was read from a file of `folder` (absolute), with the paths in it made absolute: as for client-go they are relative to
 * that folder, and so is the command of a plug-in that has a slash in it. What is not a kubeconfig stays as it is: its reader says why.
 */
export function withAbsolutePaths(kubeconfig: string, folder: string): string {
  // failsafe: whatever is not touched is written as it was read, digits too.
  const document = parseDocument(kubeconfig, { logLevel: 'silent', schema: 'failsafe' });
  if (document.errors.length > 0) return kubeconfig;
  let changed = false;
  const absolute = (fields: unknown, name: string, isPath: (text: string) => boolean = () => true) => {
    const node = isMap(fields) ? fields.get(name, true) : undefined;
    if (!isScalar(node) || typeof node.value !== 'string' || isNull(node) || !isRelative(node.value) || !isPath(node.value))
      return;
    node.value = `${folder}/${node.value}`;
    changed = true;
  };
  for (const user of members(document.get('users'), 'user')) {
    for (const name of USER_FILES) absolute(user, name);
    absolute(user.get('exec'), 'command', (command) => /[\\/]/.test(command));
  }
  for (const cluster of members(document.get('clusters'), 'cluster')) for (const name of CLUSTER_FILES) absolute(cluster, name);
  return changed ? document.toString({ lineWidth: 0 }) : kubeconfig;
}

function isNull({ type, value }: Scalar): boolean {
  return type === 'PLAIN' && /^(null|Null|NULL|~)$/.test(String(value));
}

/** True for a path that does not say by itself where it leads, on any system. */
export function isRelative(path: string): boolean {
  return path !== '' && !/^([\\/]|[A-Za-z]:[\\/])/.test(path);
}

function members(list: unknown, member: string): YAMLMap[] {
  if (!isSeq(list)) return [];
  return list.items.flatMap((item) => {
    const fields = isMap(item) ? item.get(member) : undefined;
    return isMap(fields) ? [fields] : [];
  });
}
