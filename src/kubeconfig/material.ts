import type { KubeconfigFields } from './document.ts';
import type { Material } from './kubeconfig.ts';
import { UnusableKubeconfig } from './unusable.ts';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** `<name>-data`, else the file that `name` names: the embedded one wins. */
export function materialOf(fields: KubeconfigFields, name: string): Material | undefined {
  const data = fields.text(`${name}-data`)?.replace(/[\r\n]/g, '');
  if (data !== undefined) {
    if (!BASE64.test(data))
      throw new UnusableKubeconfig(`holds a ${name}-data that is not base64`, fields.position(`${name}-data`));
    return { data };
  }
  const file = fields.text(name);
  return file === undefined ? undefined : { file };
}

/** The PEM text of embedded material. */
export function pemOf({ data }: { data: string }): string {
  return Buffer.from(data, 'base64').toString('utf8');
}
