import { expect, test } from '@jest/globals';
import { routeTargetNumber } from '../../../src/declare/route-target.ts';

test.each([
  ['target:1:0', 0],
  ['target:64512:1000', 1000],
  ['target:65535:4294967295', 4_294_967_295],
  ['target:65536:65535', 65_535],
  ['target:4294967295:1', 1],
  ['target:192.0.2.1:65535', 65_535],
])('%s has its number', (text, number) => {
  expect(routeTargetNumber(text)).toBe(number);
});

test.each([
  '',
  'target',
  'target::1',
  'target:1:',
  'target:1.2:1',
  'target:...:1',
  'target:1:1\n',
  'target:99999999999:1',
  'target-64512-1',
])('%j is not a route target', (text) => {
  expect(routeTargetNumber(text)).toBeUndefined();
});
