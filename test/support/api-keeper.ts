import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { type ApiServer, startApiServer } from '../../lab/apiserver/apiserver.ts';
import type { LocalAddress } from '../../lab/apiserver/local-address.ts';
import { ownAddress } from './own-address.ts';
import { Pristine } from './pristine.ts';

/** Of both families, so that a Service of either can be made; what is in kubeadm-config says who takes the server. */
const SERVICE_SUBNETS = ['10.233.0.0/17', 'fd85:ee78:d8a6:8607::1000/116'];

/** A server that the keeper has started. */
interface Kept {
  server: ApiServer;
  address: LocalAddress;
  pristine: Pristine;
  killed: boolean;
}

/** What a test file is told of the server that it may use until it gives it back. */
export interface Handed {
  id: number;
  kubeconfig: string;
  url: string;
  etcd: string;
  auditLog: string;
}

/**
 * Keeps API servers between test files, which jest runs with a set of modules each: starting one takes seconds of the processor. Who
 * gives one back waits for nothing; it is made as new meanwhile, and where that fails it is ended. Test files ask on a socket.
 */
export class ApiKeeper implements AsyncDisposable {
  readonly socket: string;
  readonly #folder: string;
  readonly #listener: Server;
  readonly #free: Promise<Kept | undefined>[] = [];
  readonly #taken = new Map<number, Kept>();
  readonly #all = new Set<Kept>();
  #last = 0;

  private constructor(folder: string) {
    this.#folder = folder;
    this.socket = join(folder, 'socket');
    this.#listener = createServer((request, response) => {
      this.#answer(request.url ?? '', json(request)).then(
        (body) => response.end(JSON.stringify(body)),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
  }

  /** Begins to listen; no server is started before one is asked for. */
  static async start(): Promise<ApiKeeper> {
    const keeper = new ApiKeeper(await mkdtemp(join(tmpdir(), 'cn2-fleet-keeper-')));
    await new Promise<void>((resolve) => keeper.#listener.listen(keeper.socket, resolve));
    return keeper;
  }

  /** Ends all servers, taken ones too. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.closeAllConnections();
    this.#listener.close();
    await Promise.all([...this.#all].map((kept) => this.#end(kept)));
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #answer(path: string, body: Promise<unknown>): Promise<Handed | Record<string, never>> {
    const { id = 0 } = (await body) as { id?: number };
    if (path === '/take') return await this.#take();
    const kept = this.#taken.get(id);
    if (kept !== undefined) {
      if (path === '/kill') await this.#kill(kept);
      else await this.#giveBack(id, kept);
    }
    return {};
  }

  async #take(): Promise<Handed> {
    const kept = (await this.#free.shift()) ?? (await this.#started());
    const id = ++this.#last;
    this.#taken.set(id, kept);
    const { kubeconfig, url, etcd, auditLog = '' } = kept.server;
    return { id, kubeconfig, url, etcd, auditLog };
  }

  async #started(): Promise<Kept> {
    const address = await ownAddress();
    const options = { name: 'kept', audit: true, serviceSubnets: SERVICE_SUBNETS, address: address.address };
    let server: ApiServer | undefined;
    try {
      server = await startApiServer(options);
      const kept = { server, address, pristine: await Pristine.of(server), killed: false };
      await kept.pristine.restore();
      this.#all.add(kept);
      return kept;
    } catch (error) {
      await server?.stop();
      await address[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #kill(kept: Kept): Promise<void> {
    kept.killed = true;
    await kept.server.kill();
  }

  async #giveBack(id: number, kept: Kept): Promise<void> {
    this.#taken.delete(id);
    if (kept.killed) return await this.#end(kept);
    const restored = kept.pristine.restore().then(
      () => kept,
      async () => {
        await this.#end(kept);
        return undefined;
      },
    );
    this.#free.push(restored);
  }

  async #end(kept: Kept): Promise<void> {
    this.#all.delete(kept);
    await kept.server.stop();
    await kept.address[Symbol.asyncDispose]();
  }
}
