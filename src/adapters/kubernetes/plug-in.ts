import { isRelative } from '../../kubeconfig/absolute-paths.ts';
import type { ExecPlugin, KubeconfigCluster } from '../../kubeconfig/kubeconfig.ts';
import { endsOf } from '../../kubeconfig/lifetimes.ts';
import { present } from '../../model/present.ts';
import { runProgram } from './run-program.ts';

/** What a plug-in gives to log in with. */
export interface PluginCredential {
  token?: string;
  /** PEM. */
  certificate?: { cert: string; key: string };
  /** Milliseconds since the epoch after which it has to be asked again; absent: it stays good until the server refuses it. */
  expires?: number;
}

export interface PluginSurroundings {
  env: Record<string, string>;
  /** Milliseconds that a plug-in may take. */
  deadline: number;
}

/** A plug-in that gave no credential; the message follows “the credential plug-in <command>”. */
export class PluginFailure extends Error {}

const LONGEST = 300;
/** Colours of a terminal. */
const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*[A-Za-z]`, 'g');
/** Shorter values of its variables are words like `prod`, which an error may well contain. */
const SHORTEST_SECRET = 6;

/** What credentials in a plug-in's output look like before they are known: JSON web tokens, keys, headers, values after their name. */
const SPEAKING: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*-----)?/g, '…'],
  [/\beyJ[\w-]{6,}(?:\.[\w-]*)*/g, '…'],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 …'],
  [
    /((?:token|secret|passw(?:or)?d|passphrase|api[_-]?key|access[_-]?key(?:[_-]?id)?)["']?\s*[=:]\s*["']?)(?=[^\s"',;&]*\d)[^\s"',;&]{6,}/gi,
    '$1…',
  ],
];

/**
 * Runs a credential plug-in as client-go does (client.authentication.k8s.io): the request in KUBERNETES_EXEC_INFO, the answer on
 * stdout. Throws PluginFailure with the plug-in's own words.
 */
export async function runPlugin(
  plugin: ExecPlugin,
  cluster: KubeconfigCluster,
  around: PluginSurroundings,
): Promise<PluginCredential> {
  if (isRelative(plugin.command) && /[\\/]/.test(plugin.command)) {
    throw new PluginFailure('is named by a relative path, and the kubeconfig is not a file that it could be relative to');
  }
  const own = Object.fromEntries(plugin.env.map(({ name, value }) => [name, value]));
  const env = { ...around.env, ...own, KUBERNETES_EXEC_INFO: JSON.stringify(execInfo(plugin, cluster)) };
  const ended = await runProgram(plugin.command, plugin.args, { env, deadline: around.deadline });
  switch (ended.status) {
    case 'not-started':
      throw new PluginFailure(notStarted(ended.code, plugin.installHint));
    case 'too-late':
      throw new PluginFailure(`gave no answer within ${around.deadline / 1000} s${words(ended.stderr, plugin)}`);
    case 'too-much':
      throw new PluginFailure('printed more than a credential can hold');
    case 'killed':
      throw new PluginFailure(`was ended by ${ended.signal}${words(ended.stderr, plugin)}`);
    case 'exited':
      if (ended.exitCode !== 0) throw new PluginFailure(`failed (exit ${ended.exitCode})${words(ended.stderr, plugin)}`);
      return credentialOf(ended.stdout, plugin.apiVersion);
  }
}

function execInfo(plugin: ExecPlugin, cluster: KubeconfigCluster): object {
  const { authority, tlsServerName, insecure, proxyUrl, execConfig } = cluster;
  const about = {
    server: cluster.server,
    ...present({ 'tls-server-name': tlsServerName }),
    ...(insecure ? { 'insecure-skip-tls-verify': true } : {}),
    ...(authority !== undefined && 'data' in authority ? { 'certificate-authority-data': authority.data } : {}),
    ...present({ 'proxy-url': proxyUrl, config: execConfig }),
  };
  return {
    apiVersion: plugin.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(plugin.provideClusterInfo ? { cluster: about } : {}) },
  };
}

function notStarted(code: string, hint: string | undefined): string {
  const install = hint === undefined ? '' : `; ${printable(hint)}`;
  if (code === 'ENOENT') return `was not found on the PATH of this host${install}`;
  if (code === 'EACCES') return `may not be run (${code})${install}`;
  return `cannot be started (${code || 'no code'})${install}`;
}

/** What a plug-in said, without what looks like a credential and the values of the variables that the kubeconfig gives it. */
function words(stderr: string, { env }: ExecPlugin): string {
  let text = SPEAKING.reduce((said, [secret, instead]) => said.replace(secret, instead), stderr);
  for (const { value } of env) if (value.length >= SHORTEST_SECRET) text = text.replaceAll(value, '…');
  const said = printable(text);
  return said === '' ? '' : `: ${said}`;
}

/** One line without characters that move a cursor or reorder text; of a long one the end. */
function printable(text: string): string {
  const line = text
    .replace(ESCAPES, '')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\s]+/gu, ' ')
    .trim();
  return line.length <= LONGEST ? line : `…${[...line].slice(-LONGEST).join('')}`;
}

function credentialOf(stdout: string, apiVersion: string): PluginCredential {
  let answer: { apiVersion?: unknown; kind?: unknown; status?: Record<string, unknown> } | null;
  try {
    answer = JSON.parse(stdout) as typeof answer;
  } catch {
    throw new PluginFailure('printed no ExecCredential (not JSON)');
  }
  if (answer?.kind !== 'ExecCredential' || answer.apiVersion !== apiVersion) {
    throw new PluginFailure(`printed no ExecCredential of ${apiVersion}`);
  }
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = answer.status ?? {};
  const certificate = isText(cert) && isText(key) ? { cert, key } : undefined;
  if (isText(cert) !== isText(key)) throw new PluginFailure('gave a client certificate without its key, or a key alone');
  if (!isText(token) && certificate === undefined) throw new PluginFailure('gave neither a token nor a client certificate');
  if (isText(token) && /[\r\n\0]/.test(token)) throw new PluginFailure('gave a token of more than one line');
  if (certificate !== undefined && endsOf(certificate.cert) === undefined) {
    throw new PluginFailure('gave a client certificate that is not one');
  }
  const expires = isText(expirationTimestamp) ? Date.parse(expirationTimestamp) : undefined;
  if (Number.isNaN(expires)) throw new PluginFailure('gave an expirationTimestamp that is not a time');
  return {
    ...(isText(token) ? { token } : {}),
    ...present({ certificate, expires }),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
