import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import { isRelative } from '../../kubeconfig/absolute-paths.ts';
import type { Kubeconfig, Material } from '../../kubeconfig/kubeconfig.ts';
import { endsOf } from '../../kubeconfig/lifetimes.ts';
import { pemOf } from '../../kubeconfig/material.ts';
import { UnusableKubeconfig } from '../../kubeconfig/unusable.ts';
import { present } from '../../model/present.ts';

/** Tokens in files are renewed in place: client-go reads them again after so many milliseconds. */
const TOKEN_AGE = 60_000;

/** The parts of a login that do not come from a plug-in. */
export interface ReadLogin {
  tls: ConnectionOptions;
  token?: string;
}

/** The parts of a kubeconfig that are in it or in files that it names. Files are read when the first request needs them. */
export class KubeconfigFiles {
  #tls: ConnectionOptions | undefined;
  #token: { value: string; read: number } | undefined;

  /** Throws UnusableKubeconfig for a file that cannot be read. */
  async read({ cluster, user }: Kubeconfig): Promise<ReadLogin> {
    this.#tls ??= {
      ...(await pem('ca', 'certificate-authority', cluster.authority)),
      ...(await pem('cert', 'client-certificate', user.clientCertificate)),
      ...(await pem('key', 'client-key', user.clientKey)),
      ...present({ servername: cluster.tlsServerName }),
      ...(cluster.insecure ? { rejectUnauthorized: false } : {}),
    };
    const token = user.tokenFile === undefined ? user.token : await this.#tokenIn(user.tokenFile, user.token);
    return { tls: this.#tls, ...present({ token }) };
  }

  /** The file goes before a token beside it; while it cannot be read, what was read last stays good. */
  async #tokenIn(file: string, beside: string | undefined): Promise<string> {
    if (this.#token !== undefined && Date.now() - this.#token.read < TOKEN_AGE) return this.#token.value;
    try {
      const value = (await contentOf('tokenFile', file)).trim();
      if (value === '') throw new UnusableKubeconfig(`names a file (tokenFile) that is empty: ${file}`);
      if (/[\r\n\0]/.test(value)) throw new UnusableKubeconfig(`names a file (tokenFile) that holds more than a token: ${file}`);
      this.#token = { value, read: Date.now() };
      return value;
    } catch (error) {
      const last = this.#token?.value ?? beside;
      if (last === undefined) throw error;
      return last;
    }
  }
}

async function pem(option: 'ca' | 'cert' | 'key', field: string, material: Material | undefined): Promise<ConnectionOptions> {
  if (material === undefined) return {};
  if ('data' in material) return { [option]: pemOf(material) };
  const text = await contentOf(field, material.file);
  if (option !== 'key' && endsOf(text) === undefined) {
    throw new UnusableKubeconfig(`names a file (${field}) that is not a certificate: ${material.file}`);
  }
  return { [option]: text };
}

async function contentOf(field: string, file: string): Promise<string> {
  // Never relative to the folder that this program happens to run in, which may be a checkout.
  if (isRelative(file))
    throw new UnusableKubeconfig(`names a file (${field}) by a relative path, and the kubeconfig itself is not a file: ${file}`);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    const why = code === 'ENOENT' ? 'does not exist' : code === 'EACCES' ? 'may not be read' : `cannot be read (${String(code)})`;
    throw new UnusableKubeconfig(`names a file (${field}) that ${why}: ${file}`);
  }
}
