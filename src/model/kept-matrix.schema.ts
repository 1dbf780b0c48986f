import * as z from 'zod';
import { agree } from './agree.schema.ts';
import type { KeptMatrix } from './kept-matrix.ts';
import { pairSchema, roundTrips, roundTripTimes, verdict } from './smoke.schema.ts';

const path = z.object({
  last: pairSchema,
  at: z.string(),
  runId: z.string(),
  good: z.object({ at: z.string(), rttMs: roundTripTimes.exactOptional() }).exactOptional(),
  red: z.object({ since: z.string(), verdict, change: z.string().exactOptional() }).exactOptional(),
  roundTrips: z.array(roundTrips).exactOptional(),
});

/** What a central cluster keeps is read by this: others may have written there. */
export const keptMatrixSchema = agree<KeptMatrix>()(
  z.object({
    schemaVersion: z.literal(1),
    fleet: z.string(),
    central: z.string(),
    at: z.string(),
    runId: z.string(),
    expectations: z.string(),
    paths: z.array(path),
  }),
);
