import { OWN_MARK, SECRET } from '../adoption/answer.ts';
import { vendorPatch } from '../adoption/vendor-patch.ts';
import type { Finding } from '../model/finding.ts';
import type { LiveState } from '../model/live.ts';
import type { Desired } from '../model/manifest.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { liveCluster, seenObject } from '../plan/live-objects.ts';
import { interruptionText } from '../report/interruption-words.ts';
import { patchErrors } from './desired.ts';
import type { Decisions } from './make-draft.ts';
import type { Remaining, Settled } from './settle.ts';

/** Every object has its marks to come, and what is in a Secret is compared with the credentials of the declaration. */
const UNTOLD: readonly string[] = [OWN_MARK.reason, SECRET.reason];

/** What the vendor's files say otherwise becomes a patch, once for each object; what none can say is told. */
export function addPatch(
  live: LiveState,
  { manifest, object }: Desired,
  { cluster, change }: Remaining,
  decisions: Decisions,
): void {
  const there = liveCluster(live, cluster);
  if ((there && seenObject(there, refOf(object))) === undefined || manifest.for !== cluster) return;
  const { kind } = object;
  const { name, namespace } = object.metadata;
  const value = { kind, name, ...(namespace === undefined ? {} : { namespace }) };
  const title = objectTitle({ cluster, ...value, namespace });
  const list = decisions.patches.get(cluster) ?? [];
  const isPatched = list.some((entry) => entry.value['kind'] === kind && titleOf(cluster, entry.value) === title);
  if (isPatched || decisions.unpatched.has(title)) return;
  const { merge, refused } = vendorPatch(object, change.fields);
  for (const { field, reason } of refused)
    if (!UNTOLD.includes(reason)) decisions.told.set(`${title} ${field}`, notSaid(cluster, title, `${field} ${reason}`));
  if (merge === undefined) return;
  const interrupts = interruptionText(change);
  const comment = `Other than in the vendor's files. Without this entry a plan changes it${interrupts === undefined ? '' : `: ${interrupts}`}.`;
  list.push({ value: { ...value, merge }, comment });
  decisions.patches.set(cluster, list);
}

/** Takes the patches out that break a rule, and tells which. */
export function dropPatches(
  { declaration }: Settled,
  how: Parameters<typeof patchErrors>[2],
  { patches, unpatched, told }: Decisions,
): void {
  for (const { cluster, position, message } of patchErrors(declaration, declaration.fleet!, how)) {
    const entry = patches.get(cluster)?.[position];
    if (entry === undefined) continue;
    const title = titleOf(cluster, entry.value);
    unpatched.add(title);
    told.set(title, notSaid(cluster, title, message));
  }
  for (const [cluster, list] of patches)
    patches.set(
      cluster,
      list.filter(({ value }) => !unpatched.has(titleOf(cluster, value))),
    );
}

function titleOf(cluster: string, { kind, name, namespace }: { [key: string]: unknown }): string {
  return objectTitle({ cluster, kind: String(kind), name: String(name), namespace: namespace as string | undefined });
}

function notSaid(cluster: string, title: string, why: string): Finding {
  return {
    ...{ rule: 'cluster', severity: 'warning', cluster },
    message: `${title} is other than in the vendor's files, and no patch says so: ${why}`,
    remedy:
      'A plan shows it as a change, and an apply makes it what the files say. What is to stay belongs in a manifest of your own.',
  };
}
