import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { grantChanges, grantsOf } from '../../src/cn2/grants.ts';
import { GRANTS } from '../../src/model/grant.ts';
import { hostileText } from '../support/hostile-text.ts';

/** Keys that mean something, so that random JSON hits them with values of any type. */
const KEYS = [
  'apiVersion kind metadata labels annotations name namespace type rules verbs resources apiGroups nonResourceURLs resourceNames',
  'aggregationRule clusterRoleSelectors roleRef subjects spec template common containers initContainers securityContext privileged',
  'hostPath path volumes hostNetwork hostPID hostIPC hostPort ports capabilities add allowPrivilegeEscalation runAsUser image',
  'reference env value args command webhooks clientConfig service url port conversion strategy webhook group version data',
]
  .join(' ')
  .split(' ');
const KINDS = [
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'Secret',
  'Namespace',
  'MutatingWebhookConfiguration',
  'CustomResourceDefinition',
  'APIService',
  'ConfigMap',
  'Webhook',
];

const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, depthSize: 'large' },
    hostileText,
    fc.constantFrom<unknown>(null, true, 0, 1, ...KINDS),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...KEYS) }, hostileText), tie('value')), { maxLength: 6 })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).value;

const object = fc
  .tuple(json, fc.constantFrom(...KINDS))
  .map(([value, kind]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value, apiVersion: 'v1', kind } : value,
  );

test('grants of any JSON: no error, one printable line each, the worst first, each once', () => {
  fc.assert(
    fc.property(object, (value) => {
      const grants = grantsOf(value);
      const ranks = grants.map(({ what }) => GRANTS.indexOf(what));
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
      expect(new Set(grants.map(({ what, detail }) => `${what} ${detail}`)).size).toBe(grants.length);
      for (const { detail } of grants) expect(detail).toMatch(/^[\x20-\x7e]*$/);
    }),
    { numRuns: 500 },
  );
});

test('nothing is added or removed between equals; everything is from nothing', () => {
  fc.assert(
    fc.property(object, (value) => {
      expect(grantChanges(value, structuredClone(value)).filter(({ mark }) => mark !== undefined)).toEqual([]);
      expect(grantChanges(null, value).map(({ mark: _, ...grant }) => grant)).toEqual(grantsOf(value));
      expect(grantChanges(value, null).every(({ mark }) => mark === 'removed')).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('the same object as text in a ConfigMap has the same kinds of grants', () => {
  fc.assert(
    fc.property(object, (value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
      const text = stringify(value);
      const kinds = (found: readonly { what: string }[]) => [...new Set(found.map(({ what }) => what))];
      expect(kinds(grantsOf({ kind: 'ConfigMap', data: { text } }))).toEqual(expect.arrayContaining(kinds(grantsOf(value))));
    }),
    { numRuns: 300 },
  );
});

test('JSON of any depth is walked', () => {
  let deep: unknown = { hostPID: true };
  for (let level = 0; level < 50_000; level++) deep = level % 2 === 0 ? [deep] : { a: deep };
  expect(grantsOf(deep)).toEqual([{ what: 'hostPID', detail: 'the processes of the node' }]);
});
