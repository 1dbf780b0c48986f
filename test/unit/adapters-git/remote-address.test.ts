import { describe, expect, test } from '@jest/globals';
import { remoteAddress } from '../../../src/adapters/git/remote-address.ts';

describe('the address of a remote', () => {
  test.each([
    ['https://github.com/octo/fleet', 'https://github.com'],
    ['https://github.com/octo/fleet.git/', 'https://github.com'],
    ['https://x-access-token:ghs_canary@github.com/octo/fleet.git', 'https://github.com'],
    ['https://canary@github.example.net:8443/octo/fleet', 'https://github.example.net:8443'],
    ['http://127.0.0.1:3000/octo/fleet.git', 'http://127.0.0.1:3000'],
    ['git@github.com:octo/fleet.git', 'https://github.com'],
    ['github.example.net:octo/fleet', 'https://github.example.net'],
    ['git@github.com:/octo/fleet.git', 'https://github.com'],
    ['ssh://git@github.com/octo/fleet.git', 'https://github.com'],
    ['ssh://git@github.example.net:2222/octo/fleet', 'https://github.example.net'],
    ['ssh://git@ssh.github.com:443/octo/fleet.git', 'https://github.com'],
    ['git://github.com/octo/fleet.git', 'https://github.com'],
  ])('%s', (address, serverUrl) => {
    const remote = remoteAddress(address);
    expect(remote).toEqual({ serverUrl, repository: { owner: 'octo', name: 'fleet' } });
    expect(JSON.stringify(remote)).not.toContain('canary');
  });

  test('keeps points in names', () => {
    expect(remoteAddress('git@github.com:octo.org/fleet.config.git')?.repository).toEqual({
      owner: 'octo.org',
      name: 'fleet.config',
    });
  });

  test.each([
    '/srv/git/octo/fleet.git',
    '../fleet',
    'C:\\git\\octo\\fleet',
    'C:/octo/fleet',
    'file:///srv/octo/fleet',
    'https://github.com/octo',
    'https://host/a/b/c',
    'ext::sh -c id',
    '',
    'https://github.com/octo/%2e%2e',
  ])('%j is none of a forge', (address) => {
    expect(remoteAddress(address)).toBeUndefined();
  });
});
