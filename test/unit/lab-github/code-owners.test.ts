import { expect, test } from '@jest/globals';
import { rulesIn } from '../../../lab/github/pulls/code-owners.ts';

const TEXT = `
# everything
*            @ada
*.md         @bob @acme/writers   # texts
/rendered/   @carol
docs/*       @dora
apps/        @eve
/build/logs  @fay
/free/
`;

test.each([
  ['clusters.yaml', ['ada']],
  ['deep/down/a.yaml', ['ada']],
  ['deep/README.md', ['bob', 'acme/writers']],
  ['rendered/cluster1/a.yaml', ['carol']],
  ['other/rendered/a.yaml', ['ada']],
  ['rendered', ['ada']],
  ['docs/a', ['dora']],
  ['docs/deep/a', ['ada']],
  ['x/apps/y/z', ['eve']],
  ['build/logs', ['fay']],
  ['build/logs/today', ['fay']],
  ['free/a', []],
])('%s belongs to %j: the last line that fits decides', (path, owners) => {
  expect(rulesIn(TEXT).findLast(({ expression }) => expression.test(path))?.owners).toEqual(owners);
});
