import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { NextStep, StepTopic } from '../../../src/model/next-step.ts';
import { firstDeclaration } from '../../../src/setup/first-declaration.ts';
import { nextSteps, type SetupFacts } from '../../../src/setup/next-steps.ts';
import { placeholdersIn } from '../../../src/setup/placeholders.ts';
import { exportCommand, secretCommand } from '../../../src/setup/step-commands.ts';

const CREDENTIALS = [
  { name: 'CN2_PULL_SECRET', secret: 'CN2_PULL_SECRET', for: ['pull secret (docker config JSON)'] },
  { name: 'KUBECONFIG_CLUSTER1', secret: 'KUBECONFIG_CLUSTER1', for: ['kubeconfig of cluster1'] },
  { name: 'CENTRAL', secret: 'CENTRAL', for: ['kubeconfig of cluster1 that is handed over'] },
];
const FACTS: SetupFacts = {
  shownFile: 'clusters.yaml',
  shownManifests: 'cn2/22.2',
  shownDeclared: ['cn2/22.2'],
  fleet: 'guide',
  version: '22.2.0.93',
  errors: 0,
  gaps: [],
  manifestsThere: true,
  credentials: CREDENTIALS,
  clusters: [
    { cluster: 'cluster1', side: 'central' },
    { cluster: 'cluster2', side: 'distributed' },
  ],
  runsOn: 'ubuntu-latest',
  branch: 'main',
  hasRemote: true,
  empty: false,
  own: ['.gitattributes', '.github/workflows'],
};
const about = (facts: Partial<SetupFacts>, topic: StepTopic): NextStep | undefined =>
  nextSteps({ ...FACTS, ...facts }).find((step) => step.about === topic);
const commands = (facts: Partial<SetupFacts>, topic: StepTopic) => about(facts, topic)?.commands;

test('what is done already is not a step', () => {
  expect(nextSteps(FACTS).map((step) => step.about)).toEqual(['secrets', 'pull-requests', 'environment', 'doctor', 'first-plan']);
  expect(nextSteps({ ...FACTS, manifestsThere: false, errors: 1 })).toHaveLength(7);
});

test('the folder of the vendor is that of the declared release, and a blank where none is declared', () => {
  expect(commands({ manifestsThere: false }, 'manifests')?.[1]).toBe(
    'mkdir -p cn2/22.2 && cp ../contrail-networking/releases/22.2/multi-cluster/*.yaml cn2/22.2/',
  );
  const later = { manifestsThere: false, version: 'cn2.23.4.0.59', shownManifests: 'cn2 files' };
  expect(commands(later, 'manifests')?.[1]).toBe(
    "mkdir -p 'cn2 files' && cp ../contrail-networking/releases/23.4/k8s/multi-cluster/*.yaml 'cn2 files'/",
  );
  const unknown = about({ manifestsThere: false, version: 'CHANGE-ME' }, 'manifests');
  expect(unknown?.commands[1]).toContain('releases/RELEASE/k8s/multi-cluster');
  expect(unknown?.notes).toHaveLength(1);
});

test('every line that is left to fill in is named', () => {
  const text = firstDeclaration('0.1.0');
  const gaps = placeholdersIn(text);
  const lines = text.split('\n');
  const expected = lines.flatMap((line, at) => (/^\s*[^#]*CHANGE-ME/.test(line) && !/^\s*#/.test(line) ? [at + 1] : []));
  expect(gaps.map(({ line }) => line)).toEqual(expected);
  expect(gaps.map(({ key }) => key)).toEqual([
    'release.version',
    'central.server',
    'central.podSubnets',
    'central.serviceSubnets',
    'distributed.cluster2.server',
    'distributed.cluster2.podSubnets',
    'distributed.cluster2.serviceSubnets',
  ]);
  const step = about({ gaps }, 'declaration');
  expect(step?.notes).toContain(`line ${gaps[0]?.line}: release.version`);
  expect(placeholdersIn('a: [')).toEqual([]);
});

test('secrets come from files that are called by what they are, on one line', () => {
  expect(commands({}, 'secrets')).toEqual([
    "base64 < cn2-pull-secret.json | tr -d '\\n' | gh secret set CN2_PULL_SECRET",
    "base64 < cluster1.kubeconfig | tr -d '\\n' | gh secret set KUBECONFIG_CLUSTER1",
    "base64 < cluster1-handover.kubeconfig | tr -d '\\n' | gh secret set CENTRAL",
  ]);
  // The first branch that GitHub gets becomes the default branch.
  const create = 'gh repo create --private --source . --remote origin';
  expect(commands({ hasRemote: false }, 'secrets')?.[0]).toBe(`${create} --push`);
  expect(commands({ hasRemote: false, empty: true }, 'secrets')?.[0]).toBe(create);
  expect(commands({ shownDeclared: ['cn2/22.2', 'my-objects'] }, 'first-plan')?.join()).toContain(
    'clusters.yaml cn2/22.2 my-objects',
  );
  const inside = { hasRemote: false, own: ['../.gitattributes'] };
  expect(commands(inside, 'secrets')?.[0]).toContain('--source "$(git rev-parse --show-toplevel)"');
  expect(secretCommand(CREDENTIALS[1]!, { environment: 'guide' })).toMatch(/ --env guide$/);
});

test('a shell reads a file as the variable that the declaration names', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-steps-'));
  try {
    const content = `apiVersion: v1\n${'x'.repeat(300)}\n`;
    writeFileSync(join(folder, 'cluster1.kubeconfig'), content);
    const line = `${exportCommand(CREDENTIALS[1]!)}; printenv KUBECONFIG_CLUSTER1`;
    const printed = execFileSync('sh', ['-c', line], { cwd: folder, encoding: 'utf8' });
    expect(printed.trim().split('\n')).toHaveLength(1);
    expect(Buffer.from(printed, 'base64').toString()).toBe(content);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the environment is for the default branch, which is asked for where git does not tell it', () => {
  expect(commands({}, 'environment')).toEqual([
    "gh api --method PUT repos/{owner}/{repo}/environments/guide -F 'deployment_branch_policy[protected_branches]=false' -F 'deployment_branch_policy[custom_branch_policies]=true'",
    'gh api --method POST repos/{owner}/{repo}/environments/guide/deployment-branch-policies -f name=main',
  ]);
  const { branch: _, ...without } = FACTS;
  const asked = nextSteps(without).find((step) => step.about === 'environment');
  expect(asked?.commands[1]).toContain('-f "name=$(git branch --show-current)"');
});

test('a first commit has the workflows alone: the pull request needs a branch to go into', () => {
  expect(commands({}, 'first-plan')).toEqual([
    'git switch -c declare-guide',
    "git add .gitattributes .github/workflows clusters.yaml cn2/22.2 && git commit -m 'Declare guide' && git push -u origin HEAD",
    'gh pr create --fill',
  ]);
  expect(commands({ empty: true }, 'first-plan')).toEqual([
    "git add .gitattributes .github/workflows && git commit -m 'Add the workflows of cn2-fleet' && git push -u origin HEAD",
    'git switch -c declare-guide',
    "git add clusters.yaml cn2/22.2 && git commit -m 'Declare guide' && git push -u origin HEAD",
    'gh pr create --fill',
  ]);
});

test('another declaration is named to each command that reads it', () => {
  const other = { shownFile: 'prod/clusters.yaml', errors: 1, called: 'prod' };
  expect(commands(other, 'declaration')).toEqual(['cn2-fleet validate -f prod/clusters.yaml']);
  expect(commands(other, 'doctor')?.at(-1)).toMatch(/cn2-fleet doctor -f prod\/clusters.yaml$/);
  expect(about(other, 'first-plan')?.notes[0]).toContain('"cn2-fleet plan (prod)"');
});

test('nothing of identities where the clusters are reached without them', () => {
  expect(JSON.stringify(nextSteps(FACTS))).not.toMatch(/identities|cn2-fleet-plan|Declare handover/);
});

test('with identities: how they are made, who gets which, and which clusters lack handover', () => {
  const lacking = about({ withoutHandover: ['cluster1', 'cluster2'] }, 'identities');
  expect(lacking?.notes[0]).toBe(
    "Declare handover in clusters.yaml for cluster1, cluster2: CN2 cannot work with a kubeconfig of cn2-fleet's identities.",
  );
  const given = about({ withoutHandover: [] }, 'identities');
  expect(given?.notes.join('\n')).not.toMatch(/handover/);
  expect(given?.commands).toEqual([
    'DEPLOY="$(npm root --global)/cn2-fleet/deploy"',
    'kubectl --kubeconfig cluster1.kubeconfig apply -f "$DEPLOY/central/"',
    'KUBECONFIG=cluster1.kubeconfig sh "$DEPLOY/kubeconfig.sh" plan 24 > cluster1-plan.kubeconfig',
    'KUBECONFIG=cluster1.kubeconfig sh "$DEPLOY/kubeconfig.sh" apply 24 > cluster1-apply.kubeconfig',
    'kubectl --kubeconfig cluster2.kubeconfig apply -f "$DEPLOY/distributed/"',
    'KUBECONFIG=cluster2.kubeconfig sh "$DEPLOY/kubeconfig.sh" plan 24 > cluster2-plan.kubeconfig',
    'KUBECONFIG=cluster2.kubeconfig sh "$DEPLOY/kubeconfig.sh" apply 24 > cluster2-apply.kubeconfig',
  ]);
  const environment = about({ withoutHandover: [] }, 'environment');
  expect(environment?.notes[0]).toMatch(/of cn2-fleet-apply.*of cn2-fleet-plan/);
  // What is handed over, and the pull secret, are the same for both.
  expect(environment?.commands.filter((command) => command.includes('gh secret set'))).toEqual([
    "base64 < cluster1-apply.kubeconfig | tr -d '\\n' | gh secret set KUBECONFIG_CLUSTER1 --env guide",
  ]);
  expect(commands({ withoutHandover: [] }, 'secrets')?.[1]).toContain('cluster1-plan.kubeconfig');
  expect(commands({ withoutHandover: [] }, 'doctor')?.[1]).toContain('cluster1-plan.kubeconfig');
});
