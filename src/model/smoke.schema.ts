import * as z from 'zod';
import { agree } from './agree.schema.ts';
import { findingSchema } from './finding.schema.ts';
import { type Diagnosis, type PairVerdict, RUNGS, type SmokeDocument } from './smoke.ts';

const endpoint = z.object({
  cluster: z.string(),
  network: z.string().describe('default, or namespace/name as that cluster knows it'),
  node: z.string().exactOptional().describe('the node of its probe, where there is one per node'),
});

const milliseconds = z.number().min(0);

export const roundTripTimes = z.object({
  min: milliseconds,
  median: milliseconds,
  p95: milliseconds,
  jitter: milliseconds.exactOptional().describe('mean difference of one round trip to the next'),
});

export const roundTrips = z.object({
  samples: z.int().min(1),
  median: milliseconds.describe('in milliseconds'),
});

const rttMs = roundTripTimes.exactOptional();

export const verdict = z.enum(['ok', 'degraded', 'unreachable', 'unexpectedly-reachable', 'inconclusive', 'not-run']);

export const pairSchema = agree<PairVerdict>()(
  z.object({
    source: endpoint,
    target: endpoint,
    family: z.enum(['v4', 'v6']),
    expected: z.enum(['reach', 'block', 'unspecified']),
    verdict,
    sent: z.int().min(0),
    received: z.int().min(0),
    rttMs,
    lost: z
      .enum(['requests', 'replies'])
      .exactOptional()
      .describe('of a path without a reply: requests that never came, or replies that did not come back; absent: not known'),
    tcp: z
      .object({
        result: z.enum(['connected', 'refused', 'timeout', 'wrong-peer']),
        seenAs: z.string().exactOptional().describe("the source address that the listener saw, where it is not the probe's own"),
      })
      .exactOptional(),
    mtu: z.int().min(0).exactOptional().describe('bytes of the largest IP packet that passes without being fragmented'),
    change: z
      .enum(['newly-broken', 'repaired', 'slower'])
      .exactOptional()
      .describe('against the matrix that was kept; absent: as before. A broken path of which nothing was kept is newly broken'),
    before: z.object({ verdict, rttMs }).exactOptional().describe('what the path was before it changed, or broke'),
    since: z.string().exactOptional().describe('RFC 3339: since when it is broken; absent: it is not, or no earlier run says so'),
    slowdown: z
      .object({ before: roundTrips, now: roundTrips })
      .exactOptional()
      .describe('of a slower path: what it took in earlier runs, and in the last ones'),
    reason: z.string(),
  }),
);

export const diagnosisSchema = agree<Diagnosis>()(
  z.object({
    rung: z
      .enum(RUNGS)
      .describe('what of the things that a path depends on, in that order, is the first that is not as it should be'),
    severity: z
      .literal('warning')
      .exactOptional()
      .describe('its paths are as declared, and yet this is worth a look; absent: it is why they are not, or are not known'),
    cause: z.string(),
    object: z
      .object({ cluster: z.string(), kind: z.string(), namespace: z.string().exactOptional(), name: z.string() })
      .exactOptional(),
    command: z.string().exactOptional().describe('to look at it, with the kubeconfig of that cluster'),
    paths: z.array(z.object({ source: endpoint, target: endpoint, family: z.enum(['v4', 'v6']) })),
  }),
);

export const smokeSchema = agree<SmokeDocument>()(
  z
    .object({
      schemaVersion: z.literal(1),
      fleet: z.string(),
      emulated: z.boolean().describe('the lab stands in for CN2'),
      at: z.string().exactOptional().describe('when it began to measure: RFC 3339, UTC; absent: nothing was measured'),
      leftovers: z.array(z.string()).exactOptional().describe('what the test made and could not remove'),
      pairs: z.array(pairSchema),
      means: z
        .array(
          z.object({
            cluster: z.string(),
            means: z.enum(['exec', 'logs']).describe('by what the probes were told what to do'),
            echo: z.enum(['ping-socket', 'raw-socket', 'tcp']).describe('what pings went out by'),
            reason: z.string().exactOptional(),
          }),
        )
        .exactOptional()
        .describe('by what was measured, per cluster; absent: nothing was'),
      baseline: z
        .object({ at: z.string().describe('RFC 3339, UTC'), runId: z.string() })
        .exactOptional()
        .describe('the matrix that the central cluster has kept, with which this one is compared; absent: there is none'),
      diagnoses: z
        .array(diagnosisSchema)
        .exactOptional()
        .describe('why, once for all paths that have the cause; absent: nothing is red or unknown, nor worth a look'),
      findings: z.array(findingSchema).exactOptional().describe('why nothing was measured'),
    })
    .meta({ title: 'cn2-fleet smoke', description: 'What cn2-fleet smoke --format json prints.' }),
);
