import { expect, test } from '@jest/globals';
import { imageNames, registryHosts } from '../../../lab/kind/image-names.ts';
import { guide } from './fleet.ts';

const RELEASE = {
  'cn2/a.yaml': "containers:\n- image: hub.juniper.net/cn2/one:1\n- {name: x, image: 'hub.juniper.net/cn2/two:1'}\n",
  'cn2/b.yaml': 'data:\n  cr.yaml: |\n    spec:\n      image: "hub.juniper.net/cn2/three:1"\n',
};

test('images are found in flow mappings and in text, and get the mirror', () => {
  expect(imageNames(guide(), RELEASE)).toEqual(['lab.local/cn2/one:1', 'lab.local/cn2/three:1', 'lab.local/cn2/two:1']);
});

test('without a mirror they keep their names', () => {
  const fleet = guide((text) => text.replace('  registry: lab.local/cn2\n', ''));
  expect(imageNames(fleet, RELEASE)[0]).toBe('hub.juniper.net/cn2/one:1');
});

test("a distributed cluster's own registry comes beside that of the release", () => {
  const fleet = guide((text) => text.replace('    index: 0\n', '    index: 0\n    registry: mirror.example:5000/x\n'));
  const names = imageNames(fleet, { a: RELEASE['cn2/a.yaml'] });
  expect(names).toEqual([
    'lab.local/cn2/one:1',
    'lab.local/cn2/two:1',
    'mirror.example:5000/x/one:1',
    'mirror.example:5000/x/two:1',
  ]);
  expect(registryHosts([...names, 'busybox', 'library/x'])).toEqual(['docker.io', 'lab.local', 'mirror.example:5000']);
});
