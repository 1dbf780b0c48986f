import { expect, test } from '@jest/globals';
import { tokenEnd } from '../../../src/kubeconfig/lifetimes.ts';

const tokenOf = (exp: string) => `e30.${Buffer.from(`{"exp": ${exp}}`).toString('base64url')}.x`;

test.each(['-1e18', '1e18', '1e400', '-1e400', '0', '1.5'])('an end of %s is a time that a date can show', (exp) => {
  expect(() => new Date(tokenEnd(tokenOf(exp)) ?? Number.NaN).toISOString()).not.toThrow();
});

test.each(['"1700000000"', 'null', '[]'])('an end of %s is none', (exp) => {
  expect(tokenEnd(tokenOf(exp))).toBeUndefined();
});
