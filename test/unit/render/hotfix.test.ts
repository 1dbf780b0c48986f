import { describe, expect, test } from '@jest/globals';
import { render } from '../../../src/render/render.ts';
import { judgeDeclaration, judgeManifests } from '../../../src/rules/judge.ts';
import { GUIDE, guideDeclaration, replaced } from '../../support/guide-fleet.ts';
import { HAS_SHARED_CN2, vendorRelease } from '../../support/shared-cn2.ts';
import { smallRelease } from '../../support/small-release.ts';
import { CENTRAL, edited, findingsOf, placeOf } from '../../support/vendor-faults.ts';

const KUBEMANAGER = 'contrail-k8s-kubemanager';
const withImages = (images: string, text = GUIDE) =>
  replaced(text, '  version: 22.2.0.93\n', `  version: 22.2.0.93\n  images: ${images}\n`);
const HOTFIX = withImages(`{${KUBEMANAGER}: 22.2.0.100}`);
/** The small release with one newer image. */
const hotfix = () => edited(CENTRAL, `${KUBEMANAGER}:22.2.0.93`, `${KUBEMANAGER}:22.2.0.100`);

describe('release.images', () => {
  test('gives an image of the manifests another tag, and the rendered Kubemanager has it', () => {
    const vendorFiles = hotfix();
    const declaration = guideDeclaration(HOTFIX);
    const { tree, findings } = render({ declaration, vendorFiles });
    expect(findings).toEqual([]);
    const kubemanager = tree!.manifests.find(({ object }) => object.kind === 'Kubemanager')!;
    expect(kubemanager.text).toContain(`hub.juniper.net/cn2/${KUBEMANAGER}:22.2.0.100`);
    const fleet = declaration.fleet!;
    const judged = judgeManifests({ declaration, fleet, manifests: tree!.manifests, vendorFiles });
    expect([...judgeDeclaration(declaration), ...judged].filter(({ rule }) => rule === 'E22')).toEqual([]);
    // What is committed says the same without the declaration.
    const plain = { ...fleet, release: guideDeclaration().fleet!.release };
    expect(judgeManifests({ fleet: plain, manifests: tree!.manifests, vendorFiles })).toContainEqual(
      expect.objectContaining({ rule: 'E22', message: expect.stringContaining('22.2.0.93') }),
    );
  });

  test('is asked for where one image is newer', () => {
    const files = hotfix();
    expect(findingsOf(files)).toMatchObject([
      {
        rule: 'E22',
        ...{ file: CENTRAL, ...placeOf(files[CENTRAL]!, `hub.juniper.net/cn2/${KUBEMANAGER}:22.2.0.100`) },
        remedy: expect.stringContaining(`release.images: {${KUBEMANAGER}: 22.2.0.100}`),
      },
    ]);
  });

  test('the tag of the hotfix as version is misdeclared: the finding says both', () => {
    const text = replaced(GUIDE, '22.2.0.93', '22.2.0.100');
    expect(findingsOf(hotfix(), text)).toMatchObject([
      {
        rule: 'E22',
        file: 'clusters.yaml',
        ...placeOf(text, '22.2.0.100'),
        message: expect.stringContaining(`except ${KUBEMANAGER} (22.2.0.100)`),
        remedy: expect.stringContaining(`version: 22.2.0.93 and images: {${KUBEMANAGER}: 22.2.0.100}`),
      },
    ]);
  });

  test('that the files do not have is E22 at the image', () => {
    expect(findingsOf(smallRelease(), HOTFIX)).toMatchObject([
      {
        rule: 'E22',
        file: CENTRAL,
        message: expect.stringContaining('release.images has 22.2.0.100'),
        remedy: expect.stringContaining('out of release.images'),
      },
    ]);
  });

  test('of an image that the manifests do not have is E22 at its name, with the names that they have', () => {
    const text = withImages('{contrail-k8s-kubemanger: 22.2.0.100}');
    expect(findingsOf(smallRelease(), text)).toMatchObject([
      {
        rule: 'E22',
        file: 'clusters.yaml',
        ...placeOf(text, 'contrail-k8s-kubemanger'),
        remedy: expect.stringContaining(KUBEMANAGER),
      },
    ]);
  });

  test.each(['22.3.0.71', 'v1.13.2', 'latest'])('%s is of another release: E22 at the tag', (tag) => {
    const text = withImages(`{${KUBEMANAGER}: ${tag}}`);
    expect(judgeDeclaration(guideDeclaration(text)).filter(({ rule }) => rule === 'E22')).toMatchObject([
      { file: 'clusters.yaml', ...placeOf(text, tag), message: expect.stringContaining('not of release 22.2') },
    ]);
  });

  test.each([
    ['{hub.juniper.net/cn2/x: 22.2.0.100}', 'hub.juniper.net/cn2/x', 'the name of an image'],
    [`{${KUBEMANAGER}: "22.2 .0"}`, '"22.2 .0"', 'an image tag'],
    [`{${KUBEMANAGER}: 22.2}`, '22.2}', ''],
    ['[]', '[]', ''],
  ])('%s is a finding of the schema where it stands', (images, at, words) => {
    const text = withImages(images);
    expect(guideDeclaration(text).findings).toMatchObject([
      { rule: 'schema', ...placeOf(text, at), message: expect.stringContaining(words) },
    ]);
  });

  test('a name that every object of JavaScript has is no member by itself', () => {
    const text = withImages('{constructor: 22.2.0.100}');
    expect(findingsOf(smallRelease(), text)).toMatchObject([placeOf(text, 'constructor')]);
  });
});

const whereShared = HAS_SHARED_CN2 ? describe : describe.skip;
whereShared('the folder of a hotfix as downloaded', () => {
  const folder = '22.2.0.100';
  const inFolder = (text: string) => replaced(text, 'cn2/22.2', `cn2/${folder}`);

  test('renders with the tag of the one newer image declared', () => {
    const { tree, findings } = render({ declaration: guideDeclaration(inFolder(HOTFIX)), vendorFiles: vendorRelease(folder) });
    expect(findings).toEqual([]);
    const tags = tree!.manifests.flatMap(({ text }) => [...text.matchAll(/image: \S+\/(\S+):(\S+)/g)]);
    for (const [, name, tag] of tags) expect(tag).toBe(name === KUBEMANAGER ? '22.2.0.100' : '22.2.0.93');
    expect(tags.length).toBeGreaterThan(10);
  });

  test.each(['22.2.0.93', '22.2.0.100', '22.2.0.1'])('as version %s alone: one finding that leads there', (version) => {
    const text = inFolder(replaced(GUIDE, 'version: 22.2.0.93', `version: ${version}`));
    const { findings } = render({ declaration: guideDeclaration(text), vendorFiles: vendorRelease(folder) });
    expect(findings).toMatchObject([{ rule: 'E22', remedy: expect.stringContaining(`images: {${KUBEMANAGER}: 22.2.0.100}`) }]);
  });
});
