import { fetch } from 'undici';

/** A key as etcd has it: the revision at which it was written last. */
export interface Entry {
  revision: string;
  /** In base64; Kubernetes writes protobuf. */
  value: string;
}

const FIRST = '/registry/';
const BEHIND_LAST = '/registry0';
/** Operations of one transaction; etcd takes 128. */
const BATCH = 100;

const encoded = (text: string) => Buffer.from(text).toString('base64');

async function call<Result>(url: string, method: string, body: object): Promise<Result> {
  const answer = await fetch(`${url}/v3/kv/${method}`, { method: 'POST', body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`etcd: ${method}: ${answer.status} ${text.slice(0, 200)}`);
  return JSON.parse(text) as Result;
}

/** All that Kubernetes has written to an etcd, by key. Without `values` only the revisions: quick. */
export async function entries(url: string, { values }: { values: boolean }): Promise<Map<string, Entry>> {
  const { kvs = [] } = await call<{ kvs?: { key: string; mod_revision: string; value?: string }[] }>(url, 'range', {
    key: encoded(FIRST),
    range_end: encoded(BEHIND_LAST),
    keys_only: !values,
  });
  return new Map(
    kvs.map(({ key, mod_revision, value }) => [
      Buffer.from(key, 'base64').toString(),
      { revision: mod_revision, value: value ?? '' },
    ]),
  );
}

/** Writes values, and deletes keys where the value is undefined. Who watches the etcd is told of it as of any change. */
export async function write(url: string, changes: ReadonlyMap<string, string | undefined>): Promise<void> {
  const operations = [...changes].map(([key, value]) =>
    value === undefined ? { request_delete_range: { key: encoded(key) } } : { request_put: { key: encoded(key), value } },
  );
  for (let at = 0; at < operations.length; at += BATCH) await call(url, 'txn', { success: operations.slice(at, at + BATCH) });
}
