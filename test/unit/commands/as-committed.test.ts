import { expect, test } from '@jest/globals';
import { notAsCommitted } from '../../../src/checkout/as-committed.ts';
import { checkoutOf } from '../../../src/checkout/checkout.ts';
import { prepare } from '../../../src/checkout/prepare.ts';
import { renderCommand } from '../../../src/commands/render.ts';
import { guideFolder } from '../../support/guide-folder.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { repositoryOf } from '../../support/memory-forge.ts';
import { OPTIONS, testPorts } from '../../support/ports.ts';

/** The guide with a credential in a file, rendered, and a commit of all of it. */
async function committed(): Promise<Record<string, string>> {
  const folder = guideFolder();
  const declared = folder['clusters.yaml']!.replace('{env: CN2_PULL_SECRET}', '{file: secrets/registry.json}');
  const files = memoryFiles({ ...folder, 'clusters.yaml': declared, 'secrets/registry.json': '{"auths":{}}' });
  await renderCommand(testPorts(files), { ...OPTIONS, check: false });
  const paths = [...(await files.list('rendered')), ...(await files.list('cn2')), 'clusters.yaml', 'secrets/registry.json'];
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, (await files.read(path)) ?? ''] as const)));
}

async function differences(commit: Record<string, string>, workTree: Record<string, string>): Promise<string[]> {
  const checkout = checkoutOf(memoryFiles(workTree), OPTIONS);
  const prepared = await prepare(checkout);
  const facts = { sha: '1'.repeat(40), parents: [], message: '', author: 'ada', signed: false, place: 0 };
  const findings = await notAsCommitted(checkout, repositoryOf({ ...facts, files: commit }), {
    ...prepared,
    plan: 'rendered/plan.json',
  });
  return findings.map(({ message }) => message);
}

test('a work tree as it was committed has no differences, also with the line ends of Windows', async () => {
  const files = await committed();
  expect(await differences(files, files)).toEqual([]);
  const windows = { ...files, 'clusters.yaml': files['clusters.yaml']!.replaceAll('\n', '\r\n') };
  expect(await differences(files, windows)).toEqual([]);
});

test('every file that an apply reads is compared, a credential too that the commit has', async () => {
  const files = await committed();
  for (const path of ['clusters.yaml', 'rendered/index.json', 'secrets/registry.json'])
    expect(await differences(files, { ...files, [path]: `${files[path]} ` })).toEqual([`${path} differs from the commit`]);
});

test('the manifests of a cluster belong to it, too many or too few of them as well', async () => {
  const folder = guideFolder();
  const declared = folder['clusters.yaml']!.replace('    index: 0\n', '    index: 0\n    manifests: cn2/edge\n');
  const edge = Object.fromEntries(Object.entries(folder).map(([path, text]) => [path.replace('cn2/22.2', 'cn2/edge'), text]));
  const files = memoryFiles({ ...folder, ...edge, 'clusters.yaml': declared });
  await renderCommand(testPorts(files), { ...OPTIONS, check: false });
  const paths = [...(await files.list('rendered')), ...(await files.list('cn2')), 'clusters.yaml'];
  const all = Object.fromEntries(await Promise.all(paths.map(async (path) => [path, (await files.read(path)) ?? ''] as const)));
  expect(await differences(all, all)).toEqual([]);
  const more = 'cn2/edge/more.yaml';
  expect(await differences({ ...all, [more]: '' }, all)).toEqual([`${more} of the commit is missing`]);
  expect(await differences(all, { ...all, [more]: '' })).toEqual([`${more} differs from the commit`]);
});

test('a credential that a step of the job has written is of no commit', async () => {
  const files = await committed();
  const { 'secrets/registry.json': _, ...others } = files;
  expect(await differences(others, files)).toEqual([]);
});
