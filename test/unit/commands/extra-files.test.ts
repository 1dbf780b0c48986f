import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { nodeFiles } from '../../../src/adapters/node/files.ts';
import { notAsCommitted } from '../../../src/checkout/as-committed.ts';
import { checkoutOf } from '../../../src/checkout/checkout.ts';
import { prepare } from '../../../src/checkout/prepare.ts';
import { renderAgain } from '../../../src/checkout/rendered-again.ts';
import { renderCommand } from '../../../src/commands/render.ts';
import { validateCommand } from '../../../src/commands/validate.ts';
import { guideFolder } from '../../support/guide-folder.ts';
import { repositoryOf } from '../../support/memory-forge.ts';
import { OPTIONS, testPorts } from '../../support/ports.ts';

const CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: notes, namespace: ns1}\ndata: {a: b}\n';
let root: string;
let top: string;

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'cn2-fleet-extra-'));
  root = top;
  for (const [path, text] of Object.entries(guideFolder())) put(path, text);
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

/** The declaration's folder becomes prod in a repository, two levels below its top. */
function repository(): void {
  put('.git/HEAD', 'ref: refs/heads/main\n');
  put('fleets/common/a.yaml', CONFIG.replace('notes', 'common'));
  root = join(top, 'fleets/prod');
  for (const [path, text] of Object.entries(guideFolder())) put(path, text);
  put('own/a.yaml', CONFIG);
}

function put(path: string, text: string | Buffer): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function declare(...paths: string[]): void {
  const entries = paths.map((path) => `  - {cluster: cluster1, path: ${JSON.stringify(path)}}\n`);
  put('clusters.yaml', `${guideFolder()['clusters.yaml']}extra:\n${entries.join('')}`);
}

async function errors(): Promise<string[]> {
  const { document } = await validateCommand(testPorts(nodeFiles(root)), { ...OPTIONS, live: false });
  return document.findings
    .filter(({ severity }) => severity === 'error')
    .map(({ rule, file, message, remedy }) => `${file} ${rule} ${message} | ${remedy}`);
}

describe('files of your own', () => {
  test('a file, a folder with folders, and a path with dots are read, and nothing but YAML of them', async () => {
    put('own/more/a.yaml', CONFIG.replaceAll('\n', '\r\n'));
    put('own/more/b.yml', CONFIG.replace('notes', 'others'));
    put('own/picture.png', Buffer.from([0xff, 0xfe]));
    put('single.yaml', CONFIG.replace('notes', 'single'));
    declare('./own/', 'x/../single.yaml');
    expect(await errors()).toEqual([]);
    const { tree } = await prepare(checkoutOf(nodeFiles(root), OPTIONS));
    const names = tree!.manifests.filter(({ stage }) => stage === '95-extra').map(({ object }) => object.metadata.name);
    expect(names).toEqual(['notes', 'others', 'single']);
    expect(tree!.index.sources.map(({ file }) => file).filter((file) => !file.startsWith('cn2/'))).toEqual([
      'own/more/a.yaml',
      'own/more/b.yml',
      'single.yaml',
    ]);
  });

  test.each<[string, string, () => void, RegExp]>([
    ['missing', 'nowhere', () => {}, /extra: nowhere does not exist \| Write the path relative/],
    ['empty', 'own', () => mkdirSync(join(root, 'own')), /extra: own does not exist/],
    ['without YAML', 'own', () => put('own/a.txt', 'a'), /extra: folder own holds no YAML file/],
    ['of another name', 'a.txt', () => put('a.txt', 'a'), /extra: a\.txt is not a YAML file by its name/],
    ['not text', 'own', () => put('own/a.yaml', Buffer.from([0xff])), /own\/a\.yaml is not UTF-8 text/],
    ['outside', '../elsewhere', () => {}, /\.\.\/elsewhere leads out of/],
    ['absolute', '/etc', () => {}, /does not exist/],
    ['the folder of the declaration', '.', () => {}, /extra: \. holds the declaration itself/],
    ['above it', '..', () => repository(), /extra: \.\. holds the declaration itself/],
    ['far above it', '../..', () => repository(), /extra: \.\.\/\.\. holds the declaration itself/],
    ['out and back in', '../prod/own', () => repository(), /extra: \.\.\/prod\/own leads out of .* and back .* \| Write own\./],
    ['out and back into rendered/', '../prod/rendered', () => repository(), /overlaps with the rendered folder rendered/],
    ['out and back into the vendor’s folder', '../prod/cn2', () => repository(), /overlaps with release\.manifests/],
    ['out and back to the declaration', '../prod', () => repository(), /extra: \.\.\/prod holds the declaration itself/],
    ['absolute, with a folder of that name', '/own', () => put('own/a.yaml', CONFIG), /extra: \/own does not exist/],
    ['rendered/', 'rendered/cluster1', () => {}, /overlaps with the rendered folder rendered/],
    ['the vendor’s folder', 'cn2', () => {}, /overlaps with release\.manifests/],
    [
      'behind a link',
      'own',
      () => {
        put('real/a.yaml', CONFIG);
        symlinkSync('real', join(root, 'own'));
      },
      /own is a symbolic link, which is not followed/,
    ],
    [
      'with a link',
      'own',
      () => {
        put('own/a.yaml', CONFIG);
        symlinkSync('/etc/hostname', join(root, 'own/b.yaml'));
      },
      /own\/b\.yaml is a symbolic link/,
    ],
    [
      'a repository of its own',
      'own',
      () => put('own/sub/.git/HEAD', 'ref: refs/heads/main\n'),
      /own\/sub is a repository of its own/,
    ],
  ])('%s: a finding at the entry', async (_, path, make, message) => {
    make();
    declare(path);
    const [found, ...others] = await errors();
    expect(others).toEqual([]);
    expect(found).toMatch(message);
    expect(found).toMatch(/^clusters\.yaml manifests /);
  });

  test('beside the declaration’s folder they are rendered', async () => {
    repository();
    declare('../common');
    expect(await errors()).toEqual([]);
    const { tree } = await prepare(checkoutOf(nodeFiles(root), OPTIONS));
    expect(tree!.manifests.filter(({ stage }) => stage === '95-extra').map(({ object }) => object.metadata.name)).toEqual([
      'common',
    ]);
  });

  test('a cluster’s own folder of the vendor’s files', async () => {
    const release = Object.entries(guideFolder()).filter(([path]) => path.startsWith('cn2/'));
    for (const [path, text] of release) put(path.replace('cn2/', 'edge/'), text);
    declare('edge');
    const text = readFileSync(join(root, 'clusters.yaml'), 'utf8');
    const manifests = /manifests: (cn2\S*)/.exec(text)![1]!.replace('cn2', 'edge');
    put('clusters.yaml', text.replace(/^distributed:\n( +)- name: (\S+)\n/m, `$&$1  manifests: ${manifests}\n`));
    expect(await errors()).toEqual([
      expect.stringMatching(/^clusters\.yaml manifests extra: edge overlaps with the manifests of cluster2 \(edge/),
    ]);
  });

  test('a cluster that is not declared, and an entry twice', async () => {
    put('own/a.yaml', CONFIG);
    declare('own', 'own');
    put(
      'clusters.yaml',
      `${guideFolder()['clusters.yaml']}extra:\n  - {cluster: cluster9, path: own}\n  - {cluster: cluster9, path: own/}\n`,
    );
    expect(await errors()).toEqual([
      expect.stringMatching(/reference cluster cluster9 is not declared \| Did you mean cluster1\?/),
      expect.stringMatching(/reference cluster cluster9 is not declared/),
      expect.stringMatching(/duplicate extra of cluster cluster9 own is declared twice \| Remove one of the two entries/),
    ]);
  });
});

describe('files of your own are what a fleet is rendered from', () => {
  beforeEach(async () => {
    put('own/a.yaml', CONFIG);
    declare('own');
    await renderCommand(testPorts(nodeFiles(root)), { ...OPTIONS, check: false });
  });
  const checkout = () => checkoutOf(nodeFiles(root), OPTIONS);

  test('a change since the render is outdated, with the file', async () => {
    expect((await renderAgain(checkout(), OPTIONS.version)).reason).toBe('');
    put('own/a.yaml', CONFIG.replace('a: b', 'a: c'));
    const { rendered, reason } = await renderAgain(checkout(), OPTIONS.version);
    expect(rendered).toBeUndefined();
    expect(reason).toBe('outdated: own/a.yaml has changed since the manifests were rendered from it');
  });

  test('in a job they are compared with the commit', async () => {
    const files = nodeFiles(root);
    const paths = (await files.list('.')).map((path) => path.replace(/^\.\//, ''));
    const commit = Object.fromEntries(
      await Promise.all(paths.map(async (path) => [path, (await files.read(path)) ?? ''] as const)),
    );
    const facts = { sha: '1'.repeat(40), parents: [], message: '', author: 'ada', signed: false, place: 0 };
    const said = async (tree: Record<string, string>) =>
      (
        await notAsCommitted(checkout(), repositoryOf({ ...facts, files: tree }), {
          ...(await prepare(checkout())),
          plan: 'rendered/plan.json',
        })
      ).map(({ message }) => message);
    expect(await said(commit)).toEqual([]);
    expect(await said({ ...commit, 'own/a.yaml': `${CONFIG}#` })).toEqual(['own/a.yaml differs from the commit']);
    expect(await said({ ...commit, 'own/b.yaml': CONFIG, 'own/c.txt': '' })).toEqual(['own/b.yaml of the commit is missing']);
  });
});
