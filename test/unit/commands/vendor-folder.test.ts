import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { nodeFiles } from '../../../src/adapters/node/files.ts';
import { loadVendorFiles } from '../../../src/checkout/load.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cn2-fleet-vendor-'));
  mkdirSync(join(root, 'cn2/more'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('what else was downloaded with the manifests, as an archive or a guide, is not read', async () => {
  writeFileSync(join(root, 'cn2/a.yaml'), 'a: 1\r\n');
  writeFileSync(join(root, 'cn2/more/b.yml'), 'b: 1\n');
  for (const name of ['manifests.tgz', 'guide.pdf', 'more/diagram.png'])
    writeFileSync(join(root, 'cn2', name), Buffer.from([0xff, 0xfe, 0x00]));
  expect(await loadVendorFiles(nodeFiles(root), 'cn2')).toEqual({ 'cn2/a.yaml': 'a: 1\n', 'cn2/more/b.yml': 'b: 1\n' });
});

test('a manifest that is not text is refused by its name', async () => {
  writeFileSync(join(root, 'cn2/a.yaml'), Buffer.from([0xff, 0xfe]));
  await expect(loadVendorFiles(nodeFiles(root), 'cn2')).rejects.toThrow('cn2/a.yaml is not UTF-8 text');
});
