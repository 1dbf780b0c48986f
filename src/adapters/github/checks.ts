import type { RunOrder } from '../../model/forge.ts';
import { present } from '../../model/present.ts';
import type { CheckInput, Ensured } from '../../ports/forge.ts';
import { type Access, makeOnce, PAGE } from './access.ts';
import { ANNOTATIONS_PER_REQUEST, checkOutput } from './check-output.ts';
import { ONCE } from './client.ts';
import { compareOrders } from './header.ts';
import { digest } from './kept-text.ts';
import { pause } from './patience.ts';
import { isUncertain } from './refusal.ts';

interface OwnCheck {
  id: number;
  url: string;
  externalId: string;
  content: string;
  order: RunOrder;
  completed: boolean;
  /** Annotations that GitHub has of it. */
  annotations: number;
}

/** How often annotations are sent if the answer is lost. */
const SENDINGS = 4;

/**
 * One current check run of a name on a commit. GitHub shows the latest of a name, so other content is a new run; one that was cut
 * short before its last annotations is completed.
 */
export async function ensureCheck(access: Access, input: CheckInput): Promise<Ensured> {
  const compared = checkOutput(input.output);
  const content = digest([input.conclusion, JSON.stringify(compared)]);
  const output: Output = { ...compared, ...present({ text: input.footer }) };
  const ours = await ownChecks(access, input);
  const newest = ours.reduce<OwnCheck | undefined>(
    (best, each) => (best !== undefined && compareOrders(best.order, each.order) > 0 ? best : each),
    undefined,
  );
  if (newest !== undefined && compareOrders(newest.order, input.order) > 0) {
    return { operation: 'outdated', id: newest.id, url: newest.url };
  }
  if (newest?.content === content) {
    if (newest.completed) return { operation: 'unchanged', id: newest.id, url: newest.url };
    await complete(access, newest, input, output);
    return { operation: 'updated', id: newest.id, url: newest.url };
  }
  const externalId = `cn2-fleet/${content}/${input.order.run}.${input.order.attempt}`;
  const made = await makeOnce(
    access,
    () => make(access, input, output, externalId),
    async () => (await ownChecks(access, input)).find((each) => each.externalId === externalId),
  );
  await complete(access, made, input, output);
  return { operation: 'created', id: made.id, url: made.url };
}

type Output = ReturnType<typeof checkOutput> & { text?: string };

async function make(
  access: Access,
  { sha, name, conclusion, detailsUrl }: CheckInput,
  output: Output,
  externalId: string,
): Promise<OwnCheck> {
  const octokit = await access.client();
  const first = output.annotations.slice(0, ANNOTATIONS_PER_REQUEST);
  const state = first.length === output.annotations.length ? { status: 'completed', conclusion } : { status: 'in_progress' };
  const { data } = await octokit.rest.checks.create({
    ...access.at,
    head_sha: sha,
    name,
    external_id: externalId,
    ...present({ details_url: detailsUrl }),
    ...(state as { status: 'in_progress' }),
    output: { ...output, annotations: first },
  });
  return own(data)!;
}

/** Sends the annotations that are missing, fifty at a time, the conclusion with the last. */
async function complete(access: Access, check: OwnCheck, { conclusion }: CheckInput, output: Output): Promise<void> {
  const octokit = await access.client();
  const { annotations } = output;
  let state = check;
  for (let lost = 0; !state.completed; ) {
    const next = annotations.slice(state.annotations, state.annotations + ANNOTATIONS_PER_REQUEST);
    const last = state.annotations + next.length >= annotations.length;
    try {
      // GitHub adds annotations to those it has: an answer that was lost is looked up, not asked for again.
      const { data } = await octokit.rest.checks.update({
        ...access.at,
        check_run_id: check.id,
        output: { ...output, annotations: next },
        ...(last ? { status: 'completed', conclusion } : {}),
        request: ONCE,
      });
      state = { ...state, annotations: state.annotations + next.length, completed: data.status === 'completed' };
    } catch (error) {
      lost += 1;
      if (!isUncertain(error) || lost === SENDINGS || !(await pause(lost, access.waiting))) throw error;
      const { data } = await octokit.rest.checks.get({ ...access.at, check_run_id: check.id });
      state = own(data)!;
    }
  }
}

async function ownChecks({ client, at }: Access, { sha, name }: CheckInput): Promise<OwnCheck[]> {
  const octokit = await client();
  const query = { ...at, ...PAGE, ref: sha, check_name: name, filter: 'all' } as const;
  const all = await octokit.paginate(octokit.rest.checks.listForRef, query);
  return all.flatMap((each) => own(each) ?? []).sort((a, b) => a.id - b.id);
}

/** Only the app of the token can give a check run of its own such an id. */
function own(check: {
  id: number;
  html_url: string | null;
  external_id: string | null;
  status: string;
  output: { annotations_count: number };
}): OwnCheck | undefined {
  const [, content, run, attempt] = /^cn2-fleet\/(sha256:[0-9a-f]{64})\/(\d+)\.(\d+)$/.exec(check.external_id ?? '') ?? [];
  if (content === undefined) return undefined;
  return {
    id: check.id,
    url: check.html_url ?? '',
    externalId: check.external_id ?? '',
    content,
    order: { run: Number(run), attempt: Number(attempt) },
    completed: check.status === 'completed',
    annotations: check.output.annotations_count,
  };
}
