import fc from 'fast-check';
import type { MergeMethod } from './memory-hub.ts';
import type { Toggle } from './trust-fleet.ts';
import { FORGERIES, type ForgeryKind } from './trust-forgeries.ts';

/** What people and other tools do on the central cluster. */
export const FOREIGN = ['label', 'gateway', 'no-router', 'no-network', 'no-extra'] as const;
export type ForeignWork = (typeof FOREIGN)[number];

/** Something that happens at once, also in the middle of an apply. `back`: 0 is the newest one there is. */
export type Instant =
  | { do: 'declare'; toggle: Toggle }
  | { do: 'forge'; kind: ForgeryKind; branch: 'main' | 'proposal'; trailers: boolean }
  | { do: 'merge'; method: MergeMethod }
  | { do: 'merge-any'; back: number; method: MergeMethod }
  | { do: 'revert'; back: number }
  | { do: 'put-back'; back: number; all: boolean }
  | { do: 'update-branch' }
  | { do: 'delete-branch' }
  | { do: 'foreign'; work: ForeignWork };

export type Step =
  | Instant
  | { do: 'propose'; back: number; killedAfter?: number | undefined; version?: string | undefined }
  | {
      do: 'apply';
      back: number;
      job: boolean;
      only: boolean;
      killedAfter?: number | undefined;
      version?: string | undefined;
      meanwhile?: { at: number; step: Instant | { do: 'apply'; back: number; job: boolean } } | undefined;
    }
  | { do: 'again'; back: number };

const often = <Value>(value: Value, other: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: other });
const back = fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 12 }) });
const method = fc.constantFrom<MergeMethod>('merge', 'squash', 'rebase');
const toggle = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<Toggle>('connection', 'extra', 'own') },
  { weight: 3, arbitrary: fc.constantFrom<Toggle>('label', 'vendor') },
  { weight: 1, arbitrary: fc.constant<Toggle>('broken') },
);

const DECLARE = fc.record({ do: fc.constant('declare' as const), toggle });
const MERGE = fc.record({ do: fc.constant('merge' as const), method });
const FORGE = fc.record({
  do: fc.constant('forge' as const),
  kind: fc.constantFrom(...FORGERIES),
  branch: fc.constantFrom('main' as const, 'proposal' as const),
  trailers: fc.boolean(),
});
const instant: fc.Arbitrary<Instant> = fc.oneof(
  { weight: 3, arbitrary: DECLARE },
  { weight: 3, arbitrary: MERGE },
  {
    weight: 3,
    arbitrary: FORGE,
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('merge-any' as const), back: fc.nat({ max: 12 }), method }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('revert' as const), back }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('put-back' as const), back: fc.nat({ max: 8 }), all: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ do: 'update-branch' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'delete-branch' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('foreign' as const),
      work: fc.constantFrom(...FOREIGN),
    }),
  },
);

/** Another version of the tool, which renders the same. */
const version = often<string | undefined>(undefined, fc.constant('9.9.9'));
const meanwhile = fc.record({
  at: fc.nat({ max: 70 }),
  step: fc.oneof(
    { weight: 3, arbitrary: instant },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('apply' as const), back, job: fc.boolean() }) },
  ),
});
const apply = fc.record({
  do: fc.constant('apply' as const),
  back,
  job: fc.oneof({ weight: 2, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  only: often(false, fc.constant(true)),
  killedAfter: often<number | undefined>(undefined, fc.nat({ max: 8 })),
  version,
  meanwhile: fc.option(meanwhile, { nil: undefined, freq: 3 }),
});
const propose = fc.record({
  do: fc.constant('propose' as const),
  back: often(0, fc.nat({ max: 8 })),
  killedAfter: often<number | undefined>(undefined, fc.nat({ max: 8 })),
  version,
});

/** An approval that was there before, from the command line or in a job. */
const old = fc.record({
  do: fc.constant('apply' as const),
  back: fc.integer({ min: 1, max: 8 }),
  job: fc.boolean(),
  only: fc.constant(false),
});

const single: fc.Arbitrary<Step[]> = fc
  .oneof(
    { weight: 5, arbitrary: instant },
    { weight: 2, arbitrary: propose },
    { weight: 3, arbitrary: apply },
    { weight: 2, arbitrary: old },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('again' as const), back }) },
  )
  .map((step) => [step]);
/** What most people do most of the time, in part. */
const newest = { do: 'apply' as const, back: 0, only: false };
const usual: fc.Arbitrary<Step[]> = fc.tuple(
  DECLARE,
  fc.constant<Step>({ do: 'propose', back: 0 }),
  MERGE,
  fc.oneof({ weight: 3, arbitrary: fc.boolean().map((job): Step => ({ ...newest, job })) }, { weight: 1, arbitrary: apply }),
);
const approved: fc.Arbitrary<Step[]> = fc.tuple(propose, MERGE);
/** What strangers and tired people try. */
const replayed: fc.Arbitrary<Step[]> = fc.tuple(usual, old).map(([steps, again]) => [...steps, again]);
const forged: fc.Arbitrary<Step[]> = fc
  .tuple(fc.constantFrom<ForgeryKind>('smuggle', 'smuggle', 'smuggle', ...FORGERIES), fc.boolean())
  .map(([kind, job]) => [
    { do: 'forge', kind, branch: 'main', trailers: false },
    { ...newest, job },
  ]);

const oneOf = (back: number): Step => ({ do: 'apply', back, job: false, only: false });
/** Two approvals with one serial: both were planned before either was applied. */
const rivals: fc.Arbitrary<Step[]> = fc
  .tuple(DECLARE, DECLARE)
  .map(([one, other]) => [one, { do: 'propose', back: 0 }, other, { do: 'propose', back: 0 }, oneOf(2), oneOf(1), oneOf(0)]);
/** A run that is killed half way, and then something is approved that takes back what it has done. */
const halfWay: fc.Arbitrary<Step[]> = fc
  .tuple(fc.constantFrom<Toggle>('extra', 'connection', 'own'), fc.integer({ min: 3, max: 5 }), method)
  .map(([toggle, killedAfter, method]) => [
    { do: 'declare', toggle },
    { do: 'propose', back: 0 },
    { do: 'merge', method },
    { ...newest, job: true, killedAfter },
    { do: 'declare', toggle },
    { do: 'propose', back: 0 },
    { do: 'merge', method },
  ]);
/** The merge before the last one. */
const BEFORE = 3;
/** What was approved since is applied while the first run is on its way again. */
const race: fc.Arbitrary<Step[]> = fc
  .tuple(halfWay, fc.integer({ min: 20, max: 60 }))
  .map(([steps, at]) => [...steps, { ...oneOf(BEFORE), meanwhile: { at, step: { do: 'apply', back: 0, job: false } } }]);
/** What was approved since is killed half way too, and the first run is started again. */
const cut: fc.Arbitrary<Step[]> = fc
  .tuple(halfWay, fc.integer({ min: 3, max: 5 }))
  .map(([steps, killedAfter]) => [...steps, { ...newest, job: true, killedAfter }, oneOf(BEFORE)]);

/** One thing after another, as it may happen to a repository and its fleet. */
export const history: fc.Arbitrary<Step[]> = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: single },
      { weight: 3, arbitrary: usual },
      { weight: 2, arbitrary: approved },
      { weight: 1, arbitrary: replayed },
      { weight: 1, arbitrary: forged },
      { weight: 1, arbitrary: rivals },
      { weight: 1, arbitrary: race },
      { weight: 1, arbitrary: cut },
    ),
    {
      minLength: 1,
      maxLength: 7,
      size: 'max',
    },
  )
  .map((parts) => parts.flat());
