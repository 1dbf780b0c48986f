import type { SourceMap } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import { isExtra, type Manifest } from '../model/manifest.ts';
import { judgePullSecret } from '../rules/judge.ts';
import type { Contents } from './contents.ts';

/** Rule E21 on each pull secret's value, against the registries that its cluster's images come from. */
export function judgePullSecrets(
  fleet: Fleet,
  manifests: readonly Manifest[],
  contents: Contents,
  source?: SourceMap,
): Finding[] {
  const findings = [...contents.pullSecrets].flatMap(([cluster, value]) =>
    judgePullSecret({
      fleet,
      value,
      registryHosts: registries(manifests.filter((manifest) => manifest.cluster === cluster && !isExtra(manifest))),
      at: pointerOf(fleet, cluster),
      ...(source === undefined ? {} : { source }),
    }),
  );
  return findings.filter(
    (finding, position) => findings.findIndex((other) => JSON.stringify(other) === JSON.stringify(finding)) === position,
  );
}

/** Where a cluster's pull secret is declared. */
function pointerOf(fleet: Fleet, cluster: string): string {
  const position = fleet.distributed.findIndex(({ name, pullSecret }) => name === cluster && pullSecret !== undefined);
  return position < 0 ? '/release/pullSecret' : `/distributed/${position}/pullSecret`;
}

/** What stands before the last '/' of each image, however deep in an object. */
function registries(manifests: readonly Manifest[]): string[] {
  const found = new Set<string>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (value !== null && typeof value === 'object') {
      for (const [key, member] of Object.entries(value)) {
        if (key === 'image' && typeof member === 'string' && member.includes('/'))
          found.add(member.slice(0, member.lastIndexOf('/')));
        else walk(member);
      }
    }
  };
  for (const { object } of manifests) walk(object);
  return [...found].sort();
}
