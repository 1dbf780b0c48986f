import type { LogRequest } from '../../ports/cluster.ts';
import type { Transport } from './transport.ts';

/** The log of a container; text, whatever is asked for. */
export async function readLog(transport: Transport, { namespace, pod, container, limitBytes }: LogRequest): Promise<string> {
  const query = new URLSearchParams({ container, limitBytes: String(limitBytes) });
  const { text } = await transport.success({
    counted: 'GET',
    method: 'GET',
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log?${query}`,
    accept: 'application/json, */*',
    subject: { verb: 'get', resource: 'pods/log', namespace, name: pod, secret: false },
    repeatable: true,
  });
  return text;
}
