import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject, Resource } from '../../model/kubernetes.ts';
import { ClusterError, type WatchEvent } from '../../ports/cluster.ts';
import { type ListOptions, listAll } from './listing.ts';
import { type ApiRequest, resourcePath, subjectOf } from './request.ts';
import type { Transport } from './transport.ts';

export interface WatchOptions {
  namespace?: string | undefined;
  name?: string | undefined;
  labelSelector?: string | undefined;
  signal: AbortSignal;
}

/** Failures that waiting does not cure; after any other the watch continues. */
const FINAL = new Set(['unauthorized', 'forbidden', 'not-found', 'certificate', 'credential', 'invalid']);
/** Seconds after which the server is asked to end a watch, so that a connection does not live forever. */
const LIFETIME = '300';
const LONGEST_PAUSE = 5_000;
/** A connection that ends within so many milliseconds without an event has failed. */
const SHORT = 1_000;

type RawEvent = { type: WatchEvent['type'] | 'BOOKMARK' | 'ERROR'; object: KubernetesObject & { code?: number } };

/** The watch was cut, its place is known: resume from there. `expired`: the place is too old, list again. */
type End = 'cut' | 'expired';

/**
 * List, then watch, forever: reconnects from the last resourceVersion (bookmarks keep it fresh), lists again when it is too old
 * and reports what changed in between. Ends when the signal aborts.
 */
export async function* watchAll(transport: Transport, resource: Resource, options: WatchOptions): AsyncGenerator<WatchEvent> {
  const { signal } = options;
  const selection: ListOptions = {
    namespace: options.namespace,
    labelSelector: options.labelSelector,
    fieldSelector: options.name === undefined ? undefined : `metadata.name=${options.name}`,
  };
  const known = new Map<string, KubernetesObject>();
  let resourceVersion: string | undefined;
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (resourceVersion === undefined) {
        const listed = await listAll(transport, resource, selection);
        if (signal.aborted) return;
        yield* difference(known, listed.items);
        resourceVersion = listed.resourceVersion;
      }
      const stream = openWatch(transport, resource, selection, resourceVersion, signal);
      const opened = Date.now();
      let heard = false;
      try {
        for (;;) {
          const next = await stream.next();
          if (next.done === true) {
            if (next.value === 'expired') resourceVersion = undefined;
            // A server that ends every watch at once must not be asked in a tight loop.
            failures = heard || Date.now() - opened > SHORT ? 0 : failures + 1;
            break;
          }
          heard = true;
          const { type, object } = next.value;
          resourceVersion = object.metadata.resourceVersion ?? resourceVersion;
          if (type === 'BOOKMARK' || type === 'ERROR') continue;
          if (type === 'DELETED') known.delete(keyOf(object));
          else known.set(keyOf(object), object);
          yield { type, object };
          if (signal.aborted) return;
        }
      } finally {
        // The consumer may leave its loop at the yield: the connection goes with it.
        await stream.return('cut');
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ClusterError) || FINAL.has(error.cause)) throw error;
      failures++;
    }
    if (failures > 0) await pause(Math.min(LONGEST_PAUSE, 100 * 2 ** failures), signal);
  }
}

/** One connection's events; returns how it ended. */
async function* openWatch(
  transport: Transport,
  resource: Resource,
  selection: ListOptions,
  resourceVersion: string,
  signal: AbortSignal,
): AsyncGenerator<RawEvent, End> {
  const request: ApiRequest = {
    counted: 'WATCH',
    method: 'GET',
    path: resourcePath(resource, selection.namespace, undefined, {
      watch: '1',
      allowWatchBookmarks: 'true',
      resourceVersion,
      timeoutSeconds: LIFETIME,
      labelSelector: selection.labelSelector,
      fieldSelector: selection.fieldSelector,
    }),
    subject: subjectOf('watch', resource, selection.namespace),
    repeatable: true,
  };
  // Ends the connection when the consumer leaves its loop, too.
  const left = new AbortController();
  try {
    const { status, body } = await transport.stream(request, AbortSignal.any([signal, left.signal]));
    if (status === 410) return 'expired';
    if (status !== 200) throw transport.failure(request, { status, text: await body.text() });
    try {
      for await (const event of lines(body)) {
        if (event.type !== 'ERROR') yield event;
        else return event.object.code === 410 ? 'expired' : 'cut';
      }
    } catch {
      // The body broke off (network, silence, half a line): what was seen counts, the rest comes with the next connection.
    }
    return 'cut';
  } finally {
    left.abort();
  }
}

async function* lines(body: AsyncIterable<Buffer>): AsyncGenerator<RawEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) if (part.trim() !== '') yield JSON.parse(part) as RawEvent;
  }
}

/** What a new listing says about the time in which nothing was heard. */
function* difference(known: Map<string, KubernetesObject>, items: KubernetesObject[]): Generator<WatchEvent> {
  const now = new Map(items.map((item) => [keyOf(item), item]));
  for (const [key, object] of [...known]) {
    if (now.has(key)) continue;
    known.delete(key);
    yield { type: 'DELETED', object };
  }
  for (const [key, object] of now) {
    const before = known.get(key);
    known.set(key, object);
    if (before === undefined) yield { type: 'ADDED', object };
    else if (before.metadata.resourceVersion !== object.metadata.resourceVersion) yield { type: 'MODIFIED', object };
  }
}

/** By identity: an object that was replaced in the meantime is two events. */
function keyOf(object: KubernetesObject): string {
  return object.metadata.uid ?? `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
