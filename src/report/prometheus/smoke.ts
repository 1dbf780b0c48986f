import { isUnjudged } from '../../expectation/smoke-document.ts';
import { present } from '../../model/present.ts';
import type { PairVerdict, SmokeDocument } from '../../model/smoke.ts';
import { CHANGES } from '../smoke-changes.ts';
import { VERDICTS } from '../smoke-matrix.ts';
import { exposition, type Metric, type Sample } from './exposition.ts';

/** A smoke test as metrics: each path with its verdict, its packets and its round trips, and how many paths have which verdict. */
export function smokePrometheus(document: SmokeDocument): string {
  return exposition([...summaryMetrics(document), ...pathMetrics(document)]);
}

function summaryMetrics({ fleet, emulated, pairs, findings, leftovers = [] }: SmokeDocument): Metric[] {
  const complete = findings === undefined && !pairs.some(({ verdict }) => isUnjudged(verdict));
  const one = (value: number | boolean): Sample[] => [{ labels: { fleet }, value }];
  return [
    {
      name: 'cn2_fleet_smoke_complete',
      help: 'Whether every path was measured and judged (1) or not (0).',
      samples: one(complete),
    },
    {
      name: 'cn2_fleet_smoke_emulated',
      help: 'Whether a lab stands in for CN2 (1) or not (0).',
      samples: one(emulated),
    },
    {
      name: 'cn2_fleet_smoke_leftovers',
      help: 'Objects of the smoke test that could not be removed.',
      samples: one(leftovers.length),
    },
    {
      name: 'cn2_fleet_smoke_paths',
      help: 'Paths by verdict.',
      samples: VERDICTS.map((verdict) => ({
        labels: { fleet, verdict },
        value: pairs.filter((pair) => pair.verdict === verdict).length,
      })),
    },
    {
      name: 'cn2_fleet_smoke_changes',
      help: 'Paths by what has become of them since the last run.',
      samples: CHANGES.map((change) => ({
        labels: { fleet, change },
        value: pairs.filter((pair) => pair.change === change).length,
      })),
    },
  ];
}

function pathMetrics({ fleet, pairs }: SmokeDocument): Metric[] {
  const path = ({ source, target, family }: PairVerdict) => ({
    fleet,
    source_cluster: source.cluster,
    source_network: source.network,
    target_cluster: target.cluster,
    target_network: target.network,
    family,
    ...present({ source_node: source.node, target_node: target.node }),
  });
  return [
    {
      name: 'cn2_fleet_smoke_path_ok',
      help: 'Whether a path is as declared (1), or is not or is not known to be (0).',
      samples: pairs.map((pair) => ({
        labels: { ...path(pair), expected: pair.expected, verdict: pair.verdict },
        value: pair.verdict === 'ok',
      })),
    },
    {
      name: 'cn2_fleet_smoke_path_change',
      help: 'What has become of a path since the last run; absent where it is as before.',
      samples: pairs.flatMap((pair) =>
        pair.change === undefined ? [] : [{ labels: { ...path(pair), change: pair.change }, value: 1 }],
      ),
    },
    {
      name: 'cn2_fleet_smoke_packets_sent',
      help: 'Packets that were sent on a path.',
      samples: pairs.map((pair) => ({ labels: path(pair), value: pair.sent })),
    },
    {
      name: 'cn2_fleet_smoke_packets_received',
      help: 'Replies that came back.',
      samples: pairs.map((pair) => ({ labels: path(pair), value: pair.received })),
    },
    {
      name: 'cn2_fleet_smoke_round_trip_seconds',
      help: 'Round trips on a path; absent where no reply came.',
      samples: pairs.flatMap((pair) => roundTrips(pair, path(pair))),
    },
    {
      name: 'cn2_fleet_smoke_tcp_connected',
      help: "Whether a TCP connection to the target's probe was answered by it (1) or not (0); absent where none was tried.",
      samples: pairs.flatMap((pair) =>
        pair.tcp === undefined ? [] : [{ labels: path(pair), value: pair.tcp.result === 'connected' }],
      ),
    },
    {
      name: 'cn2_fleet_smoke_mtu_bytes',
      help: 'The largest IP packet that passes without being fragmented; absent where that is not known.',
      samples: pairs.flatMap((pair) => (pair.mtu === undefined ? [] : [{ labels: path(pair), value: pair.mtu }])),
    },
  ];
}

function roundTrips({ rttMs }: PairVerdict, labels: Sample['labels']): Sample[] {
  if (rttMs === undefined) return [];
  return [
    { labels: { ...labels, statistic: 'median' }, value: seconds(rttMs.median) },
    { labels: { ...labels, statistic: 'p95' }, value: seconds(rttMs.p95) },
    ...(rttMs.jitter === undefined ? [] : [{ labels: { ...labels, statistic: 'jitter' }, value: seconds(rttMs.jitter) }]),
  ];
}

/** Whole microseconds, which is what ping measures. */
function seconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1e6;
}
