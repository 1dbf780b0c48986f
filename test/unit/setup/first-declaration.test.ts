import { expect, test } from '@jest/globals';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import { judgeDeclaration } from '../../../src/rules/judge.ts';
import { firstDeclaration, PLACEHOLDER } from '../../../src/setup/first-declaration.ts';

const TEXT = firstDeclaration('1.2.3');

function findings(text: string) {
  const declaration = readDeclaration(text, 'clusters.yaml');
  return [...declaration.findings, ...judgeDeclaration(declaration)];
}

test('every placeholder is an error at its place, and nothing else is', () => {
  const places = TEXT.split('\n').flatMap((line, at) =>
    line.startsWith('#')
      ? []
      : [...line.matchAll(new RegExp(`${PLACEHOLDER}(?!\\.)`, 'g'))].map(({ index }) => `${at + 1}:${index + 1}`),
  );
  expect(places).toHaveLength(7);
  expect(findings(TEXT).map(({ line, column }) => `${line}:${column}`)).toEqual(expect.arrayContaining(places));
  expect(findings(TEXT).filter(({ line, column }) => !places.includes(`${line}:${column}`))).toEqual([]);
});

test('filled in, with everything that is commented out, it is a declaration without findings', () => {
  const values = ['22.2.0.93', 'https://192.0.2.1:6443', '10.1.0.0/16', '10.2.0.0/16'];
  values.push('https://192.0.2.2:6443', '10.3.0.0/16', '10.4.0.0/16', '10.5.0.0/24', '10.6.0.0/24');
  const filled = TEXT.replace(/^(\s*)# (?=(?:registry|handover|namespaces|networks|connections|smoke):| {2})/gm, '$1')
    .split('\n')
    .map((line) => (line.startsWith('#') ? line : line.replaceAll(PLACEHOLDER, () => values.shift() ?? 'too few values')))
    .join('\n');
  expect(values).toEqual([]);
  expect(findings(filled)).toEqual([]);
  expect(readDeclaration(filled, 'clusters.yaml').fleet).toMatchObject({
    release: { registry: 'mirror.example.org/cn2' },
    central: { handover: { env: 'CENTRAL_FOR_DISTRIBUTED' } },
    connections: [{ name: 'app' }],
    smoke: { networks: 'all' },
  });
});

test('for clusters that are reached with identities of their own, CN2 is given kubeconfigs of its own', () => {
  const { fleet } = readDeclaration(firstDeclaration('1.2.3', 'f', true), 'clusters.yaml');
  expect([fleet!.central, ...fleet!.distributed].map(({ handover }) => handover)).toEqual([
    { env: 'CENTRAL_FOR_DISTRIBUTED' },
    { env: 'CLUSTER2_FOR_CENTRAL' },
  ]);
});

test('editors are told of the schema of this version', () => {
  expect(TEXT.split('\n')[0]).toContain('/v1.2.3/schema/clusters.schema.json');
});
