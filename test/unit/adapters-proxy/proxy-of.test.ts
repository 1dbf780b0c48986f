import { expect, test } from '@jest/globals';
import { proxyOf } from '../../../src/adapters/proxy/proxy-of.ts';

const PROXY = 'http://proxy:3128';
const behind = (address: string, exceptions: string) => proxyOf(address, { HTTPS_PROXY: PROXY, NO_PROXY: exceptions }) === PROXY;

test.each<[string, Record<string, string>, string | undefined]>([
  ['https://h:6443', {}, undefined],
  ['https://h:6443', { HTTPS_PROXY: PROXY }, PROXY],
  ['https://h:6443', { https_proxy: PROXY }, PROXY],
  ['https://h:6443', { HTTPS_PROXY: 'http://upper', https_proxy: 'http://lower' }, 'http://upper'],
  ['https://h:6443', { HTTPS_PROXY: '', https_proxy: PROXY }, PROXY],
  ['https://h:6443', { HTTP_PROXY: PROXY }, undefined],
  ['http://h', { HTTP_PROXY: PROXY }, PROXY],
  ['http://h', { http_proxy: PROXY }, PROXY],
  ['http://h', { HTTPS_PROXY: PROXY }, undefined],
  ['https://h', { HTTPS_PROXY: 'proxy:3128' }, PROXY],
  ['https://h', { HTTPS_PROXY: 'user:pass@proxy:3128' }, 'http://user:pass@proxy:3128'],
  ['https://h', { HTTPS_PROXY: 'socks5://proxy:1080' }, 'socks5://proxy:1080'],
  ['https://h', { HTTPS_PROXY: PROXY, no_proxy: 'h' }, undefined],
  ['no address', { HTTPS_PROXY: PROXY }, undefined],
  // This host itself, as for Go.
  ['https://localhost:6443', { HTTPS_PROXY: PROXY }, undefined],
  ['https://127.0.0.1:6443', { HTTPS_PROXY: PROXY }, undefined],
  ['https://127.9.9.9:6443', { HTTPS_PROXY: PROXY }, undefined],
  ['https://[::1]:6443', { HTTPS_PROXY: PROXY }, undefined],
])('%s with %j: %s', (address, environment, proxy) => {
  expect(proxyOf(address, environment)).toBe(proxy);
});

// As golang.org/x/net/http/httpproxy documents NO_PROXY: true is through the proxy.
test.each<[string, string, boolean]>([
  ['*', 'https://h', false],
  [' , ', 'https://h', true],
  ['other, *', 'https://h', false],
  ['example.org', 'https://example.org', false],
  ['example.org', 'https://api.example.org', false],
  ['example.org', 'https://notexample.org', true],
  ['.example.org', 'https://api.example.org', false],
  ['.example.org', 'https://example.org', true],
  ['*.example.org', 'https://api.example.org', false],
  ['*.example.org', 'https://example.org', true],
  ['EXAMPLE.org', 'https://Api.Example.ORG', false],
  ['example.org:6443', 'https://example.org:6443', false],
  ['example.org:6443', 'https://example.org', true],
  ['example.org:443', 'https://example.org', false],
  ['10.0.0.1', 'https://10.0.0.1:6443', false],
  ['10.0.0.1', 'https://10.0.0.11:6443', true],
  ['10.0.0.1:6443', 'https://10.0.0.1:6443', false],
  ['10.0.0.1:6443', 'https://10.0.0.1', true],
  ['10.0.0.0/8', 'https://10.233.0.1', false],
  ['10.0.0.0/8', 'https://11.0.0.1', true],
  ['10.0.0.0/8', 'https://h', true],
  ['10.0.0.0/99', 'https://10.0.0.1', true],
  ['fd00::/8', 'https://[fd00:10::1]:6443', false],
  ['fd00::/8', 'https://[fe80::1]:6443', true],
  ['fd00:0::1', 'https://[fd00::1]', false],
  ['[fd00::1]:6443', 'https://[fd00::1]:6443', false],
  ['[fd00::1]:6443', 'https://[fd00::1]', true],
])('NO_PROXY=%s leaves %s behind the proxy: %s', (exceptions, address, through) => {
  expect(behind(address, exceptions)).toBe(through);
});
