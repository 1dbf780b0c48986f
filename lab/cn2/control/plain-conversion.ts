import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { certificateAuthority } from '../../apiserver/certificate-authority.ts';

const LOOPBACK = '127.0.0.1';

interface Review {
  request: { uid: string; desiredAPIVersion: string; objects: KubernetesObject[] };
}

/**
 * The conversion webhook of a deployer that runs in this process. Definitions name its address from the moment on at which they are
 * loaded; until the deployer is up it answers nothing that an API server could use, as a pod that has not started yet.
 */
export class ConversionWebhook implements AsyncDisposable {
  /** Whether it converts. */
  up = false;
  readonly #server: Server;
  readonly #authority: string;

  private constructor(server: Server, authority: string) {
    this.#server = server;
    this.#authority = authority;
  }

  static async listen(): Promise<ConversionWebhook> {
    const authority = certificateAuthority('emulated-conversion');
    const { certificate: cert, key } = authority.issue({ name: LOOPBACK, servedAs: [LOOPBACK] });
    const server = createServer({ cert, key });
    const webhook = new ConversionWebhook(server, authority.certificate);
    server.on('request', (request, answer) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        if (!webhook.up) return answer.writeHead(503).end();
        const review = JSON.parse(Buffer.concat(parts).toString('utf8')) as Review;
        answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(converted(review)));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
    return webhook;
  }

  /** A definition whose versions it converts; others stay as they are. */
  named(definition: KubernetesObject): KubernetesObject {
    const spec = definition['spec'] as { versions: unknown[] };
    if (spec.versions.length < 2) return definition;
    const { port } = this.#server.address() as AddressInfo;
    const clientConfig = {
      url: `https://${LOOPBACK}:${port}/convert`,
      caBundle: Buffer.from(this.#authority).toString('base64'),
    };
    const conversion = { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1'], clientConfig } };
    return { ...definition, spec: { ...spec, conversion } };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** The versions of these kinds differ in no field that an object has in both. */
function converted({ request: { uid, desiredAPIVersion, objects } }: Review): object {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'ConversionReview',
    response: {
      uid,
      result: { status: 'Success' },
      convertedObjects: objects.map((object) => ({ ...object, apiVersion: desiredAPIVersion })),
    },
  };
}
