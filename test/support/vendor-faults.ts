import { expect } from '@jest/globals';
import type { Finding } from '../../src/model/finding.ts';
import { render } from '../../src/render/render.ts';
import { GUIDE, guideDeclaration, replaced } from './guide-fleet.ts';
import { smallRelease } from './small-release.ts';

/** Files of the small release. */
export const CENTRAL = 'cn2/22.2/central_cluster_deployer_example.yaml';
export const DEPLOYER = 'cn2/22.2/distributed_cluster_deployer_example.yaml';
export const VROUTER = 'cn2/22.2/distributed_cluster_vrouter_example.yaml';

/** What rendering the guide with these files says: each finding has a remedy, and without any there is a tree. */
export function findingsOf(vendorFiles: Record<string, string>, text = GUIDE): Finding[] {
  const { tree, findings } = render({ declaration: guideDeclaration(text), vendorFiles });
  expect(tree === undefined).toBe(findings.length > 0);
  for (const finding of findings) expect(finding.remedy).not.toBe('');
  return findings;
}

/** The small release with a part of one file replaced. */
export function edited(file: string, part: string | RegExp, by: string): Record<string, string> {
  const files = smallRelease();
  return { ...files, [file]: replaced(files[file]!, part, by) };
}

/** Line and column of a part of a text, both from 1. */
export function placeOf(text: string, part: string): { line: number; column: number } {
  const before = text.slice(0, text.indexOf(part)).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}
