import { rootCertificates } from 'node:tls';
import { expect, test } from '@jest/globals';
import { kubernetesConnector } from '../../../src/adapters/kubernetes/connector.ts';
import { selfSigned } from '../../support/certificate.ts';
import { kubeconfigOf } from '../../support/credential-plug-in.ts';
import { answer, ScriptedApi } from '../../support/scripted-api.ts';

const identity = selfSigned({ names: ['127.0.0.1', 'localhost'] });

/** What a server is sent that may be a stranger's, for a kubeconfig with these authorities. */
async function sent(authorities: readonly string[], cluster: Record<string, unknown> = {}, stranger = true): Promise<string[]> {
  const seen: string[] = [];
  await using api = await ScriptedApi.start((request, response) => {
    seen.push(String(request.headers.authorization));
    answer(response, 200, {});
  }, identity);
  const data = Buffer.from(authorities.join('\n')).toString('base64');
  const kubeconfig = kubeconfigOf(api.url, { token: 'a-token' }, { 'certificate-authority-data': data, ...cluster });
  await kubernetesConnector().tryOut('c', kubeconfig, { stranger });
  return seen;
}

test('an authority that signs for everybody does not say whose a server is: it sees no credential', async () => {
  expect(await sent([identity.certificate, rootCertificates[0]!])).toEqual([]);
  expect(await sent([rootCertificates[1]!, identity.certificate])).toEqual([]);
});

test('with the name, at the kubeconfig’s own server, and with an authority of its own, it is tried', async () => {
  const both = [identity.certificate, rootCertificates[0]!];
  expect(await sent(both, { 'tls-server-name': 'localhost' })).toEqual(['Bearer a-token']);
  expect(await sent(both, {}, false)).toEqual(['Bearer a-token']);
  expect(await sent([identity.certificate])).toEqual(['Bearer a-token']);
});
