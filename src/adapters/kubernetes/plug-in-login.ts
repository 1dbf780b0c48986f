import type { ExecPlugin, KubeconfigCluster } from '../../kubeconfig/kubeconfig.ts';
import { type PluginCredential, type PluginSurroundings, runPlugin } from './plug-in.ts';

/** The credential of a plug-in: requested once however many wait for it, kept until it expires or the server refuses it. */
export class PluginLogin {
  readonly #run: () => Promise<PluginCredential>;
  #credential: Promise<PluginCredential> | undefined;

  constructor(plugin: ExecPlugin, cluster: KubeconfigCluster, around: () => PluginSurroundings) {
    this.#run = () => runPlugin(plugin, cluster, around());
  }

  /** Throws PluginFailure; the next call runs the plug-in again. */
  async credential(): Promise<PluginCredential> {
    const kept = this.#credential;
    if (kept !== undefined) {
      const credential = await kept;
      if (credential.expires === undefined || credential.expires > Date.now()) return credential;
      // If several find it expired, the first one asks again.
      if (this.#credential === kept) this.#credential = undefined;
    }
    if (this.#credential !== undefined) return await this.#credential;
    const asked = this.#run();
    this.#credential = asked;
    try {
      return await asked;
    } catch (error) {
      if (this.#credential === asked) this.#credential = undefined;
      throw error;
    }
  }

  /** The server does not accept what was given: the next call asks again. */
  forget(): void {
    this.#credential = undefined;
  }
}
