import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A credential plug-in: a program of Node whose body a test writes, and what it has seen. */
export class CredentialPlugin implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-plug-in-'));

  /** `body` may use `credential(status)`, which prints an ExecCredential, and `runs`, how often it has run before. */
  constructor(body: string) {
    writeFileSync(
      this.program,
      `import { appendFileSync, readFileSync } from 'node:fs';
const seen = new URL('./seen.jsonl', import.meta.url);
let runs = 0;
try { runs = readFileSync(seen, 'utf8').trim().split('\\n').length; } catch {}
let stdin = '';
try { stdin = readFileSync(0, 'utf8'); } catch (error) { stdin = error.code; }
appendFileSync(seen, JSON.stringify({ env: process.env, argv: process.argv.slice(2), stdin, tty: process.stdin.isTTY === true }) + '\\n');
const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO ?? '{}');
const credential = (status) => process.stdout.write(JSON.stringify({ apiVersion: info.apiVersion, kind: 'ExecCredential', status }));
${body}
`,
    );
  }

  get program(): string {
    return join(this.#folder, 'login.mjs');
  }

  /** What each run has seen. */
  get runs(): { env: Record<string, string>; argv: string[]; stdin: string; tty: boolean }[] {
    try {
      return readFileSync(join(this.#folder, 'seen.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    } catch {
      return [];
    }
  }

  /** The exec section of a user. */
  exec(more: Record<string, unknown> = {}): Record<string, unknown> {
    return {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: [this.program, 'get-token'],
      interactiveMode: 'Never',
      ...more,
    };
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A kubeconfig with one user; plain http needs TLS verification switched off. */
export function kubeconfigOf(server: string, user: Record<string, unknown>, cluster: Record<string, unknown> = {}): string {
  const insecure = server.startsWith('http:') ? { 'insecure-skip-tls-verify': true } : {};
  return JSON.stringify({
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server, ...insecure, ...cluster } }],
    users: [{ name: 'u', user }],
  });
}
