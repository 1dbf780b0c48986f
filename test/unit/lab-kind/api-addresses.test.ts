import { expect, test } from '@jest/globals';
import { apiAddresses } from '../../../lab/rehearsal/addresses.ts';

test('addresses of a block for documentation, each once, at a place of the name', () => {
  const some = apiAddresses('guide', 3, []);
  expect(some.every((address) => address.startsWith('203.0.113.'))).toBe(true);
  expect(new Set(some).size).toBe(3);
  expect(apiAddresses('guide', 3, [])).toEqual(some);
  expect(apiAddresses('other', 3, [])).not.toEqual(some);
  expect(new Set(apiAddresses('guide', 254, [])).size).toBe(254);
});

test('none that is taken: an address of another lab, or a network that is declared', () => {
  const [first = '', second] = apiAddresses('guide', 2, []);
  expect(apiAddresses('guide', 1, [first, 'default', 'fd00::/8'])).toEqual([second]);
  expect(apiAddresses('guide', 1, ['203.0.113.0/25', '203.0.113.128/25'])[0]).toMatch(/^198\.51\.100\./);
});

test('no room is said', () => {
  expect(() => apiAddresses('guide', 2, ['192.0.0.0/8', '198.0.0.0/8', '203.0.0.0/8'])).toThrow('has 2 addresses');
});
