import { truncate } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { askAsAdministrator } from '../../lab/apiserver/administrator.ts';
import type { ApiServer } from '../../lab/apiserver/apiserver.ts';
import { type Entry, entries, write } from './etcd.ts';

/** Each who takes the server writes its own. */
const KUBEADM_CONFIG = '/registry/configmaps/kube-system/kubeadm-config';
/** Moves by itself: each API server says in a Lease every few seconds that it lives. */
const OWN_LEASES = '/registry/leases/kube-system/apiserver-';
/** What the controllers put into every namespace of a new cluster, a moment after it has begun to serve. */
const LATE = ['default', 'kube-node-lease', 'kube-public', 'kube-system'].flatMap((namespace) => [
  `/registry/serviceaccounts/${namespace}/default`,
  `/registry/configmaps/${namespace}/kube-root-ca.crt`,
]);
/** Nothing has moved for so long: it is at rest. */
const REST_MS = 400;
const TIMEOUT_MS = 30_000;

/** What a new API server has in it, and whether it is as new again. */
export class Pristine {
  readonly #server: ApiServer;
  readonly #values: Map<string, string>;
  readonly #groups: string;

  private constructor(server: ApiServer, found: Map<string, Entry>, groups: string) {
    this.#server = server;
    this.#values = new Map([...found].map(([key, { value }]) => [key, value]));
    this.#values.delete(KUBEADM_CONFIG);
    this.#groups = groups;
  }

  /** Waits until a new server with its controllers is at rest, at most 30 s, and remembers all that it has. */
  static async of(server: ApiServer): Promise<Pristine> {
    const complete = (keys: ReadonlyMap<string, unknown>) => LATE.every((key) => keys.has(key));
    await atRest(server, complete);
    return new Pristine(server, await ownEntries(server, true), await groupsOf(server));
  }

  /**
   * Makes the server as new: what came is deleted in etcd, what was changed or deleted is put back, until nothing moves any more, every
   * value is the first one byte by byte and the same APIs are served. The audit log is empty then. Rejects when that takes more than 30 s.
   */
  async restore(): Promise<void> {
    const deadline = Date.now() + TIMEOUT_MS;
    while (Date.now() < deadline) {
      const changes = await this.#changes();
      if (changes.size > 0) {
        await write(this.#server.etcd, changes);
        continue;
      }
      // Controllers may still be at work on what is gone.
      await atRest(this.#server, () => true);
      if ((await this.#changes()).size > 0) continue;
      if ((await groupsOf(this.#server)) !== this.#groups) continue;
      await truncate(this.#server.auditLog ?? '', 0);
      return;
    }
    throw new Error(`${this.#server.url} does not come to rest`);
  }

  async #changes(): Promise<Map<string, string | undefined>> {
    const now = await ownEntries(this.#server, true);
    const changes = new Map<string, string | undefined>();
    for (const key of now.keys()) if (!this.#values.has(key)) changes.set(key, undefined);
    for (const [key, value] of this.#values) if (now.get(key)?.value !== value) changes.set(key, value);
    return changes;
  }
}

/** Without what moves by itself. */
async function ownEntries(server: ApiServer, values: boolean): Promise<Map<string, Entry>> {
  const all = await entries(server.etcd, { values });
  return new Map([...all].filter(([key]) => !key.startsWith(OWN_LEASES)));
}

async function atRest(server: ApiServer, complete: (keys: ReadonlyMap<string, unknown>) => boolean): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  let last = '';
  let since = Date.now();
  while (Date.now() < deadline) {
    const keys = await ownEntries(server, false);
    const state = JSON.stringify([...keys].map(([key, { revision }]) => [key, revision]));
    if (state !== last) [last, since] = [state, Date.now()];
    else if (complete(keys) && Date.now() - since >= REST_MS) return;
    await sleep(50);
  }
  throw new Error(`${server.url} does not come to rest`);
}

/** The API groups and versions that are served. */
async function groupsOf({ url }: ApiServer): Promise<string> {
  const { ok, status, text } = await askAsAdministrator(`${url}/apis`);
  if (!ok) throw new Error(`${url}/apis: ${status}`);
  const { groups } = JSON.parse(text) as { groups: { name: string; versions: { groupVersion: string }[] }[] };
  return groups
    .flatMap(({ versions }) => versions.map(({ groupVersion }) => groupVersion))
    .sort()
    .join(' ');
}
