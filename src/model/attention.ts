/** Who is to hear of a pull request or an issue, as its sidebar on GitHub says. */
export interface Attention {
  labels: readonly string[];
  /** Logins. */
  assignees: readonly string[];
}

/** The same of a pull request. */
export interface ReviewAttention extends Attention {
  /** Logins. */
  reviewers: readonly string[];
  /** Slugs of teams of the organization that the repository belongs to. */
  teamReviewers: readonly string[];
  /** Opened as a draft. Whether it stays one is up to people. */
  draft: boolean;
}

/** What of it a pull request has. */
export type AttentionGiven = Omit<ReviewAttention, 'draft'>;
