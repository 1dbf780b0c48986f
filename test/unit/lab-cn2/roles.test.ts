import { describe, expect, test } from '@jest/globals';
import { centralConfigPath } from '../../../lab/cn2/control/roles.ts';
import { roleOf } from '../../../lab/cn2/emulator.ts';
import { preparedManifest } from '../../../lab/cn2/install.ts';

describe('the role of a process', () => {
  test('is the first argument, or the name of the program', () => {
    expect(roleOf(['node', '/app/emulator.mjs', 'manager', '--metrics-addr', 'x'])).toEqual({
      role: 'manager',
      args: ['--metrics-addr', 'x'],
    });
    expect(roleOf(['node', '/manager', '--metrics-addr', 'x'])).toEqual({ role: 'manager', args: ['--metrics-addr', 'x'] });
    expect(roleOf(['node', '/app/emulator.mjs'])).toEqual({ role: '', args: [] });
  });
});

test("the deployer's flags come with one dash and with two", () => {
  const path = '/etc/config/central/kubeconfig';
  expect(centralConfigPath(['--metrics-addr', '127.0.0.1:8081', '-central-cluster-config-path', path])).toBe(path);
  expect(centralConfigPath([`--central-cluster-config-path=${path}`])).toBe(path);
  expect(centralConfigPath(['--metrics-addr', '127.0.0.1:8081'])).toBeUndefined();
});

describe('the central file as a user prepares it', () => {
  const text = [
    '.dockerconfigjson: <base64-encoded-credential>',
    '        image: hub.juniper.net/cn2/contrail-k8s-deployer:22.2.0.93',
    "      - {name: x, image: 'hub.juniper.net/cn2/contrail-init:22.2.0.93'}",
  ].join('\n');

  test('has the credential, and the mirror before every image', () => {
    expect(preparedManifest(text, '{"auths":{}}', 'lab.local:5000/cn2')).toBe(
      [
        '.dockerconfigjson: eyJhdXRocyI6e319',
        '        image: lab.local:5000/cn2/contrail-k8s-deployer:22.2.0.93',
        "      - {name: x, image: 'lab.local:5000/cn2/contrail-init:22.2.0.93'}",
      ].join('\n'),
    );
  });

  test('keeps its images without a mirror, and a credential that is base64 already', () => {
    expect(preparedManifest(text, 'eyJhdXRocyI6e319\n', undefined)).toBe(
      text.replace('<base64-encoded-credential>', 'eyJhdXRocyI6e319'),
    );
  });
});
