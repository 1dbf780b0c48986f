import type { Marker, RunOrder } from '../../model/forge.ts';
import { present } from '../../model/present.ts';
import { type Access, PAGE } from './access.ts';
import { ONCE } from './client.ts';
import { orderOf } from './header.ts';
import { ownHeader } from './kept-text.ts';
import { isStatus } from './refusal.ts';

/** A comment of ours. */
export interface OwnComment {
  id: number;
  nodeId: string;
  url: string;
  order: RunOrder;
  content: string;
  /** As GitHub says it, to the second. */
  updatedAt: string;
}

interface Answered {
  id: number;
  node_id: string;
  html_url: string;
  updated_at: string;
  body?: string;
  user: { login: string } | null;
}

/**
 * Our comments under a marker on an issue or pull request. A listing of GitHub may be a moment behind what was just written, so what
 * this process wrote itself is remembered and wins over an older listing.
 */
export class OwnComments {
  readonly #access: Access;
  readonly #issue: number;
  readonly #marker: Marker;
  readonly #written = new Map<number, OwnComment & { instead?: string }>();
  readonly #removed = new Set<number>();

  constructor(access: Access, issue: number, marker: Marker) {
    this.#access = access;
    this.#issue = issue;
    this.#marker = marker;
  }

  /** All of them, over all pages, the oldest first. */
  async list(): Promise<OwnComment[]> {
    const octokit = await this.#access.client();
    const query = { ...this.#access.at, ...PAGE, issue_number: this.#issue };
    const login = await this.#access.whoami();
    const listed = (await octokit.paginate(octokit.rest.issues.listComments, query)).flatMap((each) => this.#own(each, login));
    const all = new Map([...this.#written, ...listed.map((each) => [each.id, this.#later(each)] as const)]);
    return [...all.values()].filter(({ id }) => !this.#removed.has(id)).sort((a, b) => a.id - b.id);
  }

  async create(body: string): Promise<void> {
    const octokit = await this.#access.client();
    const { data } = await octokit.rest.issues.createComment({ ...this.#access.at, issue_number: this.#issue, body });
    this.#remember(data, await this.#access.whoami());
  }

  /** Not sent twice blindly: between two sendings another run may have written. */
  async update({ id, content }: OwnComment, body: string): Promise<void> {
    const octokit = await this.#access.client();
    try {
      const { data } = await octokit.rest.issues.updateComment({ ...this.#access.at, comment_id: id, body, request: ONCE });
      this.#remember(data, await this.#access.whoami(), content);
    } catch (error) {
      if (isStatus(error, 404)) this.#removed.add(id);
      throw error;
    }
  }

  /** Another run may have been faster. */
  async remove(comments: readonly OwnComment[]): Promise<void> {
    const octokit = await this.#access.client();
    for (const { id } of comments) {
      try {
        await octokit.rest.issues.deleteComment({ ...this.#access.at, comment_id: id });
      } catch (error) {
        if (!isStatus(error, 404)) throw error;
      }
      this.#removed.add(id);
    }
  }

  #own(comment: Answered, login: string): OwnComment[] {
    const header = ownHeader(comment, this.#marker, login);
    if (header === undefined) return [];
    const { id, node_id, html_url, updated_at } = comment;
    return [{ id, nodeId: node_id, url: html_url, order: orderOf(header), content: header.content, updatedAt: updated_at }];
  }

  #remember(comment: Answered, login: string, instead?: string): void {
    for (const own of this.#own(comment, login)) this.#written.set(own.id, { ...own, ...present({ instead }) });
  }

  /** Within a second times say nothing: a listing that still has what was replaced is behind. */
  #later(listed: OwnComment): OwnComment {
    const written = this.#written.get(listed.id);
    if (written === undefined || written.updatedAt < listed.updatedAt) return listed;
    return written.updatedAt > listed.updatedAt || written.instead === listed.content ? written : listed;
  }
}
