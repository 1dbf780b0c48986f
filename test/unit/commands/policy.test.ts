import { describe, expect, test } from '@jest/globals';
import { planCommand } from '../../../src/commands/plan.ts';
import { renderCommand } from '../../../src/commands/render.ts';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import { PLAIN } from '../../../src/model/style.ts';
import { planText } from '../../../src/report/text/plan.ts';
import { GUIDE, replaced } from '../../support/guide-fleet.ts';
import { guideFolder } from '../../support/guide-folder.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { OPTIONS, testPorts } from '../../support/ports.ts';

const VROUTER = 'cn2/22.2/distributed_cluster_vrouter_example.yaml';

/** The plan after a change of a Vrouter, offline against what was rendered before. */
async function planOfChange(policy: string) {
  const files = memoryFiles(guideFolder());
  await renderCommand(testPorts(files), { ...OPTIONS, check: false });
  const declared = (await files.read('clusters.yaml'))!;
  const vrouters = (await files.read(VROUTER))!;
  await files.change(
    {
      'clusters.yaml': `${declared}${policy}`,
      [VROUTER]: replaced(vrouters, /maxUnavailablePercentage: .*/, 'maxUnavailablePercentage: 50%'),
    },
    [],
  );
  return { declared, ...(await planCommand(testPorts(files), { ...OPTIONS, offline: true })) };
}

describe('policy.disruptive', () => {
  test('is allow where nothing is said, and the plan says so', async () => {
    const { document, conditions } = await planOfChange('');
    expect(document.policy).toEqual({ disruptive: 'allow' });
    expect(document.clusters.flatMap(({ changes }) => changes)).toMatchObject([
      { kind: 'Vrouter', disrupts: [{ what: 'vrouter', where: 'cluster2' }] },
    ]);
    expect(planText(document, [], PLAIN)).toContain('policy.disruptive: allow');
    expect(conditions).not.toContain('rule-broken');
  });

  test('refuse is an error at its word that names the changes and the remedy', async () => {
    const { document, conditions, declared } = await planOfChange('policy: {disruptive: refuse}\n');
    expect(conditions).toContain('rule-broken');
    expect(document.findings.filter(({ rule }) => rule === 'policy')).toMatchObject([
      {
        severity: 'error',
        file: 'clusters.yaml',
        line: declared.split('\n').length,
        column: 22,
        message: expect.stringMatching(/update Vrouter contrail\/\S+ on cluster2/),
        remedy: expect.stringContaining('policy: {disruptive: allow}'),
      },
    ]);
  });

  test.each([
    ['policy: {disruptive: forbid}\n', 'policy.disruptive is forbid; it must be allow or refuse'],
    ['policy: {destructive: refuse}\n', 'unknown key destructive in policy'],
    ['policy: refuse\n', 'policy must be a mapping, found text refuse'],
  ])('other words are findings: %s', (policy, message) => {
    const { findings } = readDeclaration(`${GUIDE.trimEnd()}\n${policy}`, 'clusters.yaml');
    const line = GUIDE.trimEnd().split('\n').length + 1;
    expect(findings.filter(({ rule }) => rule === 'schema')).toMatchObject([{ file: 'clusters.yaml', line, message }]);
  });

  test('what is not declared is not in what is rendered', () => {
    expect(readDeclaration(GUIDE, 'clusters.yaml').fleet).not.toHaveProperty('policy');
  });
});
