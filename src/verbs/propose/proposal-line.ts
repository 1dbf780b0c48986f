import type { ProposalResult } from '../../model/propose.ts';

/** What became of the pull request of a fleet, as one line; `harmless` makes foreign text harmless in the format at hand. */
export function proposalLine({ operation, number, url, title = '' }: ProposalResult, harmless: (text: string) => string): string {
  const request = `pull request ${number ?? ''} “${harmless(title)}”${url === undefined ? '' : ` ${url}`}`;
  switch (operation) {
    case 'created':
      return `Opened ${request}`;
    case 'updated':
      return `Updated ${request}`;
    case 'unchanged':
      return `Already open and up to date: ${request}`;
    case 'closed':
      return `Nothing is left to propose: closed ${request}`;
    case 'none':
      return 'Nothing to propose: every cluster is as declared, and so is the rendered folder.';
    case 'approved':
      return 'Nothing to propose: what is to be done was approved already. Apply does it.';
    case 'outdated':
      return 'Nothing was proposed: the fleet has changed on the branch since this commit.';
    case 'refused':
      return 'Nothing was proposed: a plan with errors or unknown clusters cannot be approved.';
  }
}
