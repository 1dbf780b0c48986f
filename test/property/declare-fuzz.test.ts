import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readDeclaration } from '../../src/declare/declaration.ts';
import { NETWORK_KEYS } from '../../src/declare/network-keys.ts';
import { render } from '../../src/render/render.ts';
import { judgeDeclaration, judgeManifests, judgeRemoval } from '../../src/rules/judge.ts';
import { EVERYTHING, extraFiles, mutated, PIECES, vendorFiles } from '../support/mutated-declarations.ts';
import { GUIDE } from '../unit/rules/guide.ts';

/** Files per property; FUZZ_RUNS=10000 for a long look. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 400);
const TIMEOUT = 60_000 + RUNS * 50;

const SCHEMA = new URL('../../schema/clusters.schema.json', import.meta.url);

/** The keys that a JSON schema names. */
function keysOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'properties' in schema ? Object.keys(schema.properties as object) : [];
  return [...own, ...Object.values(schema).flatMap(keysOf)];
}

const guide = readDeclaration(GUIDE, 'clusters.yaml').fleet!;

/** Reads, judges and renders a text; every finding must stand inside it, or inside a file that was read or rendered. */
function judge(text: string): void {
  const declaration = readDeclaration(text, 'clusters.yaml');
  const own = [...declaration.findings, ...judgeDeclaration(declaration), ...judgeRemoval(declaration, guide)];
  for (const { file } of own) expect(file).toBe('clusters.yaml');
  const { tree, findings } = render({ declaration, vendorFiles, extraFiles });
  const written = (tree?.manifests ?? []).map((manifest): [string, string] => [`rendered/${manifest.path}`, manifest.text]);
  const linesOf = new Map(
    [...Object.entries({ ...vendorFiles, ...extraFiles, 'clusters.yaml': text }), ...written].map(([file, content]) => [
      file,
      content.split('\n'),
    ]),
  );
  if (tree) findings.push(...judgeManifests({ declaration, fleet: tree.fleet, manifests: tree.manifests, vendorFiles }));
  for (const { rule, line, column, file, message, remedy, related = [] } of [...own, ...findings]) {
    expect(message).not.toBe('');
    expect(remedy).not.toBe('');
    for (const place of [{ file: file!, line: line!, column: column! }, ...related]) {
      const lines = linesOf.get(place.file);
      if (lines === undefined) throw new Error(`${rule} in ${place.file}, which does not exist`);
      if (!(place.line >= 1 && place.line <= lines.length)) throw new Error(`${rule} on line ${place.line} of ${lines.length}`);
      if (!(place.column >= 1 && place.column <= lines[place.line - 1]!.length + 1))
        throw new Error(`${rule} in column ${place.column} of ${JSON.stringify(lines[place.line - 1])}`);
    }
  }
  // Without a fleet there must be a reason.
  if (!declaration.fleet) expect(declaration.findings.some(({ severity }) => severity === 'error')).toBe(true);
}

/** Values that do not belong where they stand. */
const anything = fc.anything({
  maxDepth: 3,
  withBigInt: false,
  withMap: false,
  withSet: false,
  withDate: false,
  withTypedArray: false,
});

describe('declarations that nobody should write', () => {
  test('begin with one that has every key of the format and renders', () => {
    const declaration = readDeclaration(EVERYTHING, 'clusters.yaml');
    const errors = [...declaration.findings, ...judgeDeclaration(declaration)].filter(({ severity }) => severity === 'error');
    expect(errors).toEqual([]);
    expect(render({ declaration, vendorFiles, extraFiles }).tree?.manifests.length).toBeGreaterThan(40);
    const known = new Set(keysOf(JSON.parse(readFileSync(SCHEMA, 'utf8'))));
    expect(known.size).toBeGreaterThan(60);
    const missing = [...known].filter((key) => !EVERYTHING.includes(`${key}:`));
    expect(missing).toEqual([]);
  });

  test(
    'a mutated file never throws, and every finding has a place in it',
    () => {
      fc.assert(fc.property(mutated, judge), { numRuns: RUNS });
    },
    TIMEOUT,
  );

  test(
    'arbitrary text never throws',
    () => {
      fc.assert(
        fc.property(
          fc.oneof(
            fc.string({ unit: 'binary', maxLength: 200 }),
            fc.array(fc.constantFrom(...PIECES)).map((pieces) => pieces.join('')),
          ),
          judge,
        ),
        { numRuns: RUNS },
      );
    },
    TIMEOUT,
  );

  test(
    'a well-formed file with any value anywhere never throws',
    () => {
      const keys = [
        'apiVersion',
        'kind',
        'metadata',
        'release',
        'central',
        'distributed',
        'retired',
        'severity',
        'namespaces',
        'networks',
        'connections',
        'extra',
        'smoke',
      ];
      const inner = fc.dictionary(
        fc.constantFrom(
          'name',
          'index',
          'type',
          'networks',
          'hubs',
          'spokes',
          'routers',
          'labels',
          'v4',
          'podSubnets',
          'kubeconfig',
          'cluster',
          'thresholds',
          'server',
          ...Object.keys(NETWORK_KEYS),
          'annotations',
          'spec',
          'ranges',
          'dns',
          'from',
          'version',
          'images',
          'patches',
          'kind',
          'merge',
          'E16',
          'level',
          'until',
          'manifests',
          'kubemanager',
          'listenerPort',
          'constantRouteTargetNumber',
          'path',
        ),
        anything,
      );
      const value = fc.oneof(anything, inner, fc.array(fc.oneof(inner, anything)));
      fc.assert(
        fc.property(fc.dictionary(fc.constantFrom(...keys), value), (root) => {
          judge(JSON.stringify(root, undefined, 1) ?? 'null');
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT,
  );

  test.each([
    [
      'a bomb of aliases',
      `a: &a [1,1,1,1,1,1,1,1,1,1]\n${[...'bcdefghij'].map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefghij'[index]}`).join(',')}]`).join('\n')}\n`,
    ],
    ['a list in itself', 'a: &a [*a]\n'],
    ['an alias without an anchor', 'a: *nowhere\n'],
    ['deep nesting', `a: ${'['.repeat(5000)}`],
    ['deeper nesting', '['.repeat(200_000)],
    ['deep mappings', '{a: '.repeat(20_000)],
    ['nothing', ''],
    ['a comment', '# nothing\n'],
    ['a list', '- a\n'],
    ['a scalar', 'fleet'],
    ['a complex key', '? [a]\n: b\n'],
    ['YAML 1.1 by directive', '%YAML 1.1\n---\nkind: yes\n'],
  ])('%s is a finding, not a crash', (_, text) => {
    judge(text);
    expect(readDeclaration(text, 'clusters.yaml').findings).not.toEqual([]);
  });
});
