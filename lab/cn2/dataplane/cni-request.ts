import { CNI_VERSION } from './conflist.ts';
import type { AttachedInterface } from './sandbox.ts';

/** One call of the CNI program, as it passes it on. */
export interface CniRequest {
  command: string;
  containerId: string;
  netns: string;
  interfaceName: string;
  pod: { namespace: string; name: string; uid: string };
}

/** Reads the headers that the CNI program sends; throws with what is missing. CNI_ARGS come in any order. */
export function cniRequest(headers: Record<string, string | string[] | undefined>): CniRequest {
  const text = (name: string) => String(headers[`x-cni-${name}`] ?? '');
  const args = new Map(
    text('args')
      .split(';')
      .map((entry): [string, string] => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
  const request = {
    command: text('command'),
    containerId: text('container'),
    netns: text('netns'),
    interfaceName: text('interface') || 'eth0',
    pod: {
      namespace: args.get('K8S_POD_NAMESPACE') ?? '',
      name: args.get('K8S_POD_NAME') ?? '',
      uid: args.get('K8S_POD_UID') ?? '',
    },
  };
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(request.containerId)) throw new Error('the CNI call names no container');
  if (request.command === 'ADD' && (request.netns === '' || request.pod.name === '' || request.pod.namespace === '')) {
    throw new Error('the CNI call names no pod or no network namespace');
  }
  return request;
}

/** The result of an ADD (CNI specification 0.4.0). Only the default interface's addresses are the pod's addresses. */
export function cniResult(request: CniRequest, interfaces: readonly AttachedInterface[]): object {
  return {
    cniVersion: CNI_VERSION,
    interfaces: interfaces.flatMap((one) => [{ name: one.host }, { name: one.name, mac: one.mac, sandbox: request.netns }]),
    ips: interfaces.flatMap((one, index) =>
      one.virtual
        ? []
        : one.addresses.map((address) => ({
            version: address.includes(':') ? '6' : '4',
            interface: index * 2 + 1,
            address,
            gateway: one.gateways.find((gateway) => gateway.includes(':') === address.includes(':')),
          })),
    ),
    dns: {},
  };
}

/** How the CNI specification says that it did not work: 11 is "try again later". */
export function cniError(error: unknown): object {
  return { cniVersion: CNI_VERSION, code: 11, msg: error instanceof Error ? error.message : String(error) };
}
