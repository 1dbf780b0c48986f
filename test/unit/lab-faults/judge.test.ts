import { describe, expect, test } from '@jest/globals';
import { endsOf, placesIn } from '../../../lab/faults/scene.ts';
import { FAULTS } from '../../../lab/faults/table.ts';
import { expect as expectedOf } from '../../../src/expectation/expect.ts';
import type { Diagnosis, EchoMeans, SmokeDocument, VerdictWord } from '../../../src/model/smoke.ts';
import { guide } from '../../support/fault-scene.ts';
import { whatIsFalse } from '../../support/judge-fault.ts';

const FLEET = guide();
const ENDS = endsOf(placesIn(FLEET));
const RED = ['ns1/vn1 ns1/vn2', 'ns1/vn2 ns1/vn1'];
const fault = FAULTS.find(({ name }) => name === 'network-label')!;

/** What a smoke test says where these paths have another verdict. */
function documentWith(
  verdicts: Record<string, VerdictWord>,
  diagnosis?: Partial<Diagnosis>,
  more: Partial<SmokeDocument> = {},
): SmokeDocument {
  const pairs = expectedOf(FLEET).pairs.map((pair) => {
    const verdict = verdicts[`${pair.source.network} ${pair.target.network}`] ?? ('ok' as const);
    return { ...pair, verdict, sent: 5, received: 5 };
  });
  const paths = pairs.filter(({ verdict }) => verdict !== 'ok');
  const object = { cluster: 'cluster1', kind: 'VirtualNetwork', namespace: 'ns1', name: 'vn2' };
  const diagnoses: Diagnosis[] = [
    { rung: 'network', cause: 'VirtualNetwork ns1/vn2 has the label vn=x', object, paths, ...diagnosis },
  ];
  return { schemaVersion: 1, fleet: 'guide', emulated: true, pairs, diagnoses, ...more };
}

const judged = (document: SmokeDocument, of = fault) =>
  whatIsFalse(document, { fault: of, ends: ENDS, objects: ['vn2'], bytes: 1300 });
const unreachable = Object.fromEntries(RED.map((path) => [path, 'unreachable' as const]));

describe('a smoke test is held to the table of faults', () => {
  test('what it says right is not false', () => {
    expect(judged(documentWith(unreachable))).toEqual([]);
  });

  test('a verdict', () => {
    expect(judged(documentWith({ ...unreachable, 'ns1/vn1 alone/vn3': 'unexpectedly-reachable' }))).toHaveLength(2);
    expect(judged(documentWith({ [RED[0]!]: 'unreachable' }))).toHaveLength(2);
    expect(judged(documentWith({ ...unreachable, [RED[0]!]: 'inconclusive' }))).toHaveLength(1);
  });

  test('a cause: its rung, its object, its words, its paths', () => {
    const object = { cluster: 'cluster1', kind: 'VirtualNetwork', name: 'vn1' };
    for (const wrong of [{ rung: 'path' as const }, { object }, { cause: 'is gone' }])
      expect(judged(documentWith(unreachable, wrong))).toHaveLength(2);
    expect(judged(documentWith(unreachable, { paths: [] }))).toHaveLength(1);
    expect(judged(documentWith(unreachable, {}, { diagnoses: [] }))).toHaveLength(2);
  });

  test('what is left, and what must be', () => {
    expect(judged(documentWith(unreachable, {}, { leftovers: ['cluster2/Pod/x: held'] }))).toEqual([
      'left: cluster2/Pod/x: held',
    ]);
    const held = FAULTS.find(({ name }) => name === 'foreign-finalizer')!;
    expect(judged(documentWith({}, {}, { diagnoses: [] }), held)).toEqual(['nothing is said to be left']);
  });

  test('by what was measured', () => {
    const means = (echo: EchoMeans) => ({
      diagnoses: [],
      means: [{ cluster: 'cluster2', means: 'exec' as const, echo, reason: 'why' }],
    });
    const broken = FAULTS.find(({ name }) => name === 'broken-ping')!;
    expect(judged(documentWith({}, {}, means('tcp')), broken)).toEqual([]);
    expect(judged(documentWith({}, {}, means('ping-socket')), broken)).toHaveLength(1);
    expect(judged(documentWith({}, {}, means('tcp')), FAULTS.find(({ name }) => name === 'node-dns-lost')!)).toHaveLength(1);
  });

  test('the largest packet', () => {
    const small = FAULTS.find(({ name }) => name === 'small-mtu')!;
    const document = documentWith({}, { rung: 'mtu', cause: 'packets of more than 1300 bytes do not pass' });
    const paths = document.pairs.filter(({ source, target }) => RED.includes(`${source.network} ${target.network}`));
    document.diagnoses![0]!.paths = paths;
    expect(judged(document, small)).toHaveLength(2);
    for (const pair of paths) pair.mtu = 1300;
    expect(judged(document, small)).toEqual([]);
  });
});
