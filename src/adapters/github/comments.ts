import type { RunOrder } from '../../model/forge.ts';
import { type Ensured, ForgeError, type KeptText, type Operation } from '../../ports/forge.ts';
import type { Access } from './access.ts';
import { newerBefore } from './comment-history.ts';
import { compareOrders } from './header.ts';
import { type WrittenText, written } from './kept-text.ts';
import { type OwnComment, OwnComments } from './own-comments.ts';
import { pause } from './patience.ts';
import { isStatus, isUncertain } from './refusal.ts';

/** A round looks, writes what is missing and looks again; one that finds nothing to write is the last. */
const ROUNDS = 8;

export interface CommentInput extends KeptText {
  issue: number;
  order: RunOrder;
}

/**
 * One comment of ours under the marker on an issue or pull request. GitHub has no conditional writes, so every write is followed by
 * another look: duplicates of runs at the same time are removed (the oldest stays), and the text of the newest run stands.
 */
export async function ensureComment(access: Access, graphqlUrl: string, input: CommentInput): Promise<Ensured> {
  const { issue, marker, order } = input;
  const wanted = written(input, { order });
  const ours = new OwnComments(access, issue, marker);
  const done = new Set<Step>();
  let lost: unknown;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const comments = await ours.list();
    const newer = newestAfter(comments, order);
    if (newer !== undefined) {
      // The newer run has not seen a later comment of ours; it removes earlier ones itself.
      const unseen = comments.filter((each) => each.id > newer.id && compareOrders(each.order, order) <= 0);
      await ours.remove(unseen);
      return { operation: 'outdated', id: newer.id, url: newer.url };
    }
    const [oldest, ...others] = comments;
    const step = nextStep(oldest, others, wanted, order, done.size > 0);
    if (step === undefined && oldest !== undefined) return { operation: operationOf(done), id: oldest.id, url: oldest.url };
    try {
      if (oldest === undefined) await ours.create(wanted.text);
      else if (step === 'update')
        await update(ours, oldest, wanted.text, () => newerBefore(access, graphqlUrl, oldest.nodeId, marker, order));
      await ours.remove(others);
      lost = undefined;
    } catch (error) {
      // Whether it was written shows in the next look. A comment that is gone is recreated.
      const gone = step === 'update' && isStatus(error, 404);
      if (!gone && (!isUncertain(error) || !(await pause(round, access.waiting)))) throw error;
      lost = error;
    }
    if (step !== undefined) done.add(step);
  }
  throw (
    lost ??
    new ForgeError('other runs keep writing the same comment', { reason: 'error', hint: 'let one run finish, then run it again' })
  );
}

/** The same where a comment of ours is there already; else nothing is written. */
export async function editComment(access: Access, graphqlUrl: string, input: CommentInput): Promise<Ensured | undefined> {
  const there = await new OwnComments(access, input.issue, input.marker).list();
  return there.length === 0 ? undefined : ensureComment(access, graphqlUrl, input);
}

type Step = 'create' | 'update' | 'tidy';

function operationOf(done: ReadonlySet<Step>): Operation {
  if (done.has('create')) return 'created';
  return done.size > 0 ? 'updated' : 'unchanged';
}

function nextStep(
  oldest: OwnComment | undefined,
  others: readonly OwnComment[],
  wanted: WrittenText,
  order: RunOrder,
  written: boolean,
): Step | undefined {
  if (oldest === undefined) return 'create';
  // A twin of this run (outside workflows all have the same order) wrote after us: it stands, or both would write forever.
  const twin = written && others.length === 0 && compareOrders(oldest.order, order) === 0;
  if (oldest.content !== wanted.content && !twin) return 'update';
  return others.length > 0 ? 'tidy' : undefined;
}

function newestAfter(comments: readonly OwnComment[], order: RunOrder): OwnComment | undefined {
  return comments
    .filter((comment) => compareOrders(comment.order, order) > 0)
    .reduce<OwnComment | undefined>(
      (newest, each) => (newest && compareOrders(newest.order, each.order) >= 0 ? newest : each),
      undefined,
    );
}

/** Writes, then looks whether that overwrote a newer run's text, which is put back until nothing newer was lost. */
async function update(
  ours: OwnComments,
  comment: OwnComment,
  text: string,
  overwritten: () => Promise<string | undefined>,
): Promise<void> {
  await ours.update(comment, text);
  let restored: string | undefined;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const newer = await overwritten();
    if (newer === undefined || newer === restored) return;
    await ours.update(comment, newer);
    restored = newer;
  }
}
