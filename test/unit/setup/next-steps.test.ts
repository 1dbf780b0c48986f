import { expect, test } from '@jest/globals';
import { nextSteps, type SetupFacts } from '../../../src/setup/next-steps.ts';

const FACTS: SetupFacts = {
  shownFile: 'clusters.yaml',
  shownManifests: 'cn2',
  fleet: 'guide',
  first: false,
  errors: 0,
  manifestsThere: true,
  credentials: [],
};
const about = (facts: Partial<SetupFacts>, word: RegExp) => nextSteps({ ...FACTS, ...facts }).filter((step) => word.test(step));

test('nothing of identities where the clusters are reached without them', () => {
  expect(about({}, /identities|cn2-fleet-plan|handover/)).toEqual([]);
});

test('with identities: how they are made, who gets which, and which clusters lack handover', () => {
  expect(about({ withoutHandover: ['cluster1', 'cluster2'] }, /handover/)).toEqual([
    "Declare handover in clusters.yaml for cluster1, cluster2: CN2 cannot work with a kubeconfig of cn2-fleet's identities.",
  ]);
  expect(about({ withoutHandover: [] }, /handover/)).toEqual([]);
  expect(about({ withoutHandover: [] }, /kubectl apply -f deploy\/central\//)).toHaveLength(1);
  expect(about({ withoutHandover: [] }, /environment guide .*of cn2-fleet-apply.*of cn2-fleet-plan/)).toHaveLength(1);
});
