import { expect, test } from '@jest/globals';
import type { ProposalResult } from '../../../src/model/propose.ts';
import { proposalLine } from '../../../src/verbs/propose/proposal-line.ts';

const harmless = (text: string) => text.replaceAll('<', '(');
const OPEN = { branch: 'cn2-fleet/guide', number: 7, url: 'https://forge.example/7', title: 'Attach <b' };

test.each<[ProposalResult['operation'], string, string]>([
  ['created', 'Opened pull request 7', 'Would open pull request 7'],
  ['updated', 'Updated pull request 7', 'Would update pull request 7'],
  ['unchanged', 'Already open and up to date: pull request 7', 'Already open and up to date: pull request 7'],
  ['closed', 'Nothing is left to propose: closed pull request 7', 'Nothing is left to propose: would close pull request 7'],
])('%s: the pull request with its page', (operation, done, would) => {
  const end = ' “Attach (b” https://forge.example/7';
  expect(proposalLine({ operation, ...OPEN }, harmless)).toBe(`${done}${end}`);
  expect(proposalLine({ operation, ...OPEN, dryRun: true }, harmless)).toBe(
    `Dry run, nothing is written to GitHub. ${would}${end}`,
  );
});

test.each<[ProposalResult['operation'], RegExp, RegExp]>([
  ['none', /^Nothing to propose: every cluster/, / Nothing to propose: every cluster/],
  [
    'approved',
    /^Nothing to propose: what is to be done has already been approved/,
    / Nothing to propose: what is to be done has already been approved/,
  ],
  ['outdated', /^Nothing was proposed: the fleet has changed/, / Would propose nothing: the fleet has changed/],
  ['refused', /^Nothing was proposed: a plan with errors/, / Would propose nothing: a plan with errors/],
])('%s: why there is nothing', (operation, done, would) => {
  expect(proposalLine({ operation, branch: 'b' }, harmless)).toMatch(done);
  expect(proposalLine({ operation, branch: 'b', dryRun: true }, harmless)).toMatch(would);
});

test('a dry run lists what it would write', () => {
  const text = proposalLine(
    {
      operation: 'created',
      branch: 'cn2-fleet/guide',
      title: 'Attach <b',
      dryRun: true,
      writes: {
        base: 'main',
        branch: 'advanced',
        commits: [
          { message: "Merge branch 'main'\n", parents: ['a'.repeat(40), 'b'.repeat(40)], write: [], remove: [] },
          { message: 'Attach <b\n\nmore', write: ['rendered/x.yaml'], remove: ['rendered/y.yaml', 'rendered/z.yaml'] },
        ],
        pullRequest: { title: 'Attach <b', body: 'one\ntwo' },
        comment: 'over <b',
      },
    },
    harmless,
  );
  expect(text.split('\n')).toEqual([
    'Dry run, nothing is written to GitHub. Would open a pull request “Attach (b”',
    '',
    '- branch cn2-fleet/guide: advanced; to be merged into main',
    "- commit “Merge branch 'main'” on aaaaaaa and bbbbbbb: 0 files written, 0 removed",
    '- commit “Attach (b” on the commit before it: 1 file written, 2 removed',
    '- text of the pull request: “Attach (b”, 2 lines of Markdown',
    '- comment: over (b',
  ]);
});
