import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const DEPLOY = join(import.meta.dirname, '../../deploy');

export type Identity = 'plan' | 'apply' | 'smoke';

/** A cluster as its administrator reaches it with kubectl, as docs/deploy.md has it. */
export class DeployedIdentities implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-identities-'));
  readonly #kubectl: string;
  readonly #administrator: string;

  constructor(kubectl: string, kubeconfig: string) {
    this.#kubectl = kubectl;
    this.#administrator = join(this.#folder, 'administrator');
    writeFileSync(this.#administrator, kubeconfig, { mode: 0o600 });
  }

  /** kubectl apply -f deploy/<side>/ */
  deploy(side: 'central' | 'distributed'): void {
    const { status, stderr } = this.#run(this.#kubectl, ['apply', '-f', join(DEPLOY, side)], this.#administrator);
    if (status !== 0) throw new Error(stderr);
  }

  /** deploy/kubeconfig.sh <identity> 1 */
  kubeconfig(identity: Identity): string {
    const { status, stdout, stderr } = this.#run('sh', [join(DEPLOY, 'kubeconfig.sh'), identity, '1'], this.#administrator);
    if (status !== 0) throw new Error(stderr);
    return stdout;
  }

  /** What kubectl says of a write that an identity tries, and how it ends. */
  tries(identity: Identity, args: readonly string[]): { status: number | null; said: string } {
    const file = join(this.#folder, identity);
    writeFileSync(file, this.kubeconfig(identity), { mode: 0o600 });
    const { status, stdout, stderr } = this.#run(this.#kubectl, args, file);
    return { status, said: `${stdout}${stderr}` };
  }

  #run(command: string, args: readonly string[], kubeconfig: string) {
    const env = { PATH: `${dirname(this.#kubectl)}:${process.env['PATH']}`, HOME: this.#folder, KUBECONFIG: kubeconfig };
    return spawnSync(command, args, { env, encoding: 'utf8' });
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
