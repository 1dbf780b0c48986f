import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { declarationJsonSchema } from '../../../src/declare/schema.ts';
import { EVERY_KEY, POD_NETWORK } from '../../support/network-keys.ts';
import { edited, GUIDE, GUIDE_OF_THREE } from '../rules/guide.ts';

const FILE = new URL('../../../schema/clusters.schema.json', import.meta.url);
const EXAMPLE = new URL('../../../examples/guide/clusters.yaml', import.meta.url);
const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true, strictRequired: false }).compile(
  JSON.parse(readFileSync(FILE, 'utf8')),
);

describe('schema/clusters.schema.json', () => {
  test('is what the generator writes (run: node tools/generate-declaration-schema.ts)', () => {
    expect(readFileSync(FILE, 'utf8')).toBe(`${JSON.stringify(declarationJsonSchema(), undefined, 2)}\n`);
  });

  test('describes every key', () => {
    const undescribed: string[] = [];
    const visit = (schema: Record<string, unknown>, path: string): void => {
      for (const [key, child] of Object.entries((schema['properties'] ?? {}) as Record<string, Record<string, unknown>>)) {
        const isConstant = 'const' in child || key === 'metadata' || key === 'thresholds';
        if (!child['description'] && !isConstant) undescribed.push(`${path}/${key}`);
        visit(child, `${path}/${key}`);
        visit((child['items'] ?? {}) as Record<string, unknown>, `${path}/${key}[]`);
      }
    };
    visit(declarationJsonSchema(), '');
    expect(undescribed).toEqual([]);
  });

  test.each([
    ['the guide', GUIDE],
    ['three clusters', GUIDE_OF_THREE],
    ['every key of networks and connections', EVERY_KEY],
    ['the pod network of a namespace', POD_NETWORK],
    ['the example', readFileSync(EXAMPLE, 'utf8')],
    [
      'hub and spoke',
      edited(
        GUIDE,
        '    type: mesh\n    networks: [cluster1/ns1/vn1, cluster2/ns1/vn2]\n',
        '    type: hub-spoke\n    hubs: [cluster1/ns1/vn1]\n    spokes: [cluster2/ns1/vn2]\n',
      ),
    ],
    ['a list for the smoke test', edited(GUIDE, 'networks: all', 'networks: [cluster1/ns1/vn1]')],
  ])('accepts %s', (_, text) => {
    expect({ valid: validate(parse(text)), errors: validate.errors }).toEqual({ valid: true, errors: null });
  });

  test.each([
    ['an unknown key', '    state: attached\n', '    stat: attached\n'],
    ['a missing key', '  pullSecret: {env: CN2_PULL_SECRET}\n', ''],
    ['a number for text', 'version: 22.2.0.93', 'version: 22.2'],
    ['env and file at once', '{env: CN2_PULL_SECRET}', '{env: CN2_PULL_SECRET, file: a}'],
    ['a network without subnets', ', v4: {cidr: 20.0.0.0/24, gateway: 20.0.0.1, subnet: subnet2}', ''],
    ['a connection of no known type', 'type: mesh', 'type: star'],
  ])('refuses %s', (_, from, to) => {
    expect(validate(parse(edited(GUIDE, from, to)))).toBe(false);
  });

  test.each([
    ['a network without subnets that is not routed', 'fabricForwarding: true', 'fabricForwarding: false'],
    ['in spec a field that a key sets', 'vlanID: 100', 'routeTargetList: []'],
    ['in spec a part that a key sets', 'vlanID: 100', 'virtualNetworkProperties: {rpf: enable}'],
    ['a router without a name', '{name: spoke, labels: {vnr: spokes, tier: one}}', '{labels: {vnr: spokes}}'],
    ['a range without an end', '{key: second, from: 10.9.0.40, to: 10.9.0.49}', '{key: second, from: 10.9.0.40}'],
    ['an empty list of route targets', '[target:64512:2000]', '[]'],
    ['a forwarding mode that CN2 does not know', 'forwardingMode: l3', 'forwardingMode: l4'],
  ])('refuses %s', (_, from, to) => {
    expect(validate(parse(edited(EVERY_KEY, from, to)))).toBe(false);
  });
});
