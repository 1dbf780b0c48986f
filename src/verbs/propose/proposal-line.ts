import type { ProposalResult, ProposalWrites } from '../../model/propose.ts';
import { counted } from '../../report/words.ts';

type Harmless = (text: string) => string;

/**
 * What became of the pull request of a fleet, as one line; of a dry run what would, with a list of what would be written below it.
 * `harmless` makes foreign text harmless in the format at hand.
 */
export function proposalLine(result: ProposalResult, harmless: Harmless): string {
  if (result.dryRun !== true) return doneLine(result, harmless);
  const lines = result.writes === undefined ? [] : ['', ...writesLines(result.branch, result.writes, harmless)];
  return [`Dry run, nothing is written to GitHub. ${wouldLine(result, harmless)}`, ...lines].join('\n');
}

function doneLine(result: ProposalResult, harmless: Harmless): string {
  const request = requestWords(result, harmless);
  switch (result.operation) {
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
      return 'Nothing to propose: what is to be done has already been approved. Apply does it: start it where no run is under way, since a merge by the token of a workflow starts none.';
    case 'outdated':
      return 'Nothing was proposed: the fleet has changed on the branch since this commit.';
    case 'refused':
      return 'Nothing was proposed: a plan with errors or unknown clusters cannot be approved.';
  }
}

function wouldLine(result: ProposalResult, harmless: Harmless): string {
  const request = requestWords(result, harmless);
  switch (result.operation) {
    case 'created':
      return `Would open ${request}`;
    case 'updated':
      return `Would update ${request}`;
    case 'closed':
      return `Nothing is left to propose: would close ${request}`;
    case 'outdated':
      return 'Would propose nothing: the fleet has changed on the branch since this commit.';
    case 'refused':
      return 'Would propose nothing: a plan with errors or unknown clusters cannot be approved.';
    default:
      return doneLine(result, harmless);
  }
}

function requestWords({ number, url, title = '' }: ProposalResult, harmless: Harmless): string {
  const name = number === undefined ? 'a pull request' : `pull request ${number}`;
  return `${name} “${harmless(title)}”${url === undefined ? '' : ` ${url}`}`;
}

/** A list that text and Markdown share. The texts themselves are in the JSON document. */
function writesLines(
  name: string,
  { base, branch, commits, pullRequest, comment }: ProposalWrites,
  harmless: Harmless,
): string[] {
  return [
    `- branch ${harmless(name)}: ${branch}; to be merged into ${harmless(base)}`,
    ...commits.map(({ message, parents, write, remove }) => {
      const on = parents === undefined ? 'the commit before it' : parents.map((sha) => sha.slice(0, 7)).join(' and ');
      const files = `${counted(write.length, 'file')} written, ${remove.length} removed`;
      return `- commit “${harmless(message.split('\n')[0] ?? '')}” on ${on}: ${files}`;
    }),
    ...(pullRequest === undefined
      ? []
      : [`- text of the pull request: “${harmless(pullRequest.title)}”, ${sizeOf(pullRequest.body)}`]),
    ...(comment === undefined ? [] : [`- comment: ${harmless(comment)}`]),
  ];
}

function sizeOf(markdown: string): string {
  return `${counted(markdown.split('\n').length, 'line')} of Markdown`;
}
