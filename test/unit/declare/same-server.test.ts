import { expect, test } from '@jest/globals';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import { edited, GUIDE, GUIDE_OF_THREE, lineOf } from '../rules/guide.ts';

const found = (text: string) => readDeclaration(text, 'clusters.yaml').findings;

test.each([
  ['as it is', 'https://172.27.115.180:6443'],
  ['with a slash', 'https://172.27.115.180:6443/'],
  ['in capitals', 'HTTPS://172.27.115.180:6443'],
])('one server for two clusters, %s: both places', (_, server) => {
  const text = edited(GUIDE, 'https://172.27.115.183:6443', server);
  const [first, second] = [lineOf(GUIDE, 'https://172.27.115.180'), lineOf(GUIDE, 'https://172.27.115.183')];
  expect(found(text)).toEqual([
    {
      rule: 'duplicate',
      severity: 'error',
      file: 'clusters.yaml',
      line: second,
      column: 13,
      message: 'server 172.27.115.180:6443 of cluster2 is already that of cluster1',
      remedy: 'Write the address under which the other side reaches this cluster; each cluster has one of its own.',
      related: [{ file: 'clusters.yaml', line: first, column: 11, message: 'also declared here' }],
    },
  ]);
});

test.each([
  ['a name in capitals, with a dot at its end', 'https://api.example.org', 'https://API.Example.org.:443'],
  ['IPv6 in another spelling', 'https://[fd00::5]:6443', 'https://[FD00:0:0::5]:6443'],
])('%s is the same server', (_, one, other) => {
  const text = edited(edited(GUIDE_OF_THREE, 'https://172.27.115.183:6443', one), 'https://172.27.115.186:6443', other);
  expect(found(text).map(({ rule, message }) => [rule, message.replace(/^server \S+ /, '')])).toEqual([
    ['duplicate', 'of cluster3 is already that of cluster2'],
  ]);
});

test('another port is another server', () => {
  expect(found(edited(GUIDE, 'https://172.27.115.183:6443', 'https://172.27.115.180:6444'))).toEqual([]);
});
