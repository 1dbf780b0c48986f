import { describe, expect, test } from '@jest/globals';
import { planCommand } from '../../../src/commands/plan.ts';
import { renderCommand } from '../../../src/commands/render.ts';
import { validateCommand } from '../../../src/commands/validate.ts';
import { replaced } from '../../support/guide-fleet.ts';
import { guideFolder } from '../../support/guide-folder.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { OPTIONS, testPorts } from '../../support/ports.ts';

const DEPLOYER = 'cn2/22.2/distributed_cluster_deployer_example.yaml';
const VROUTER = 'cn2/22.2/distributed_cluster_vrouter_example.yaml';

function edited(file: string, part: string | RegExp, by: string) {
  const files = guideFolder();
  return memoryFiles({ ...files, [file]: replaced(files[file]!, part, by) });
}

describe('the vendor’s files, edited', () => {
  test.each([
    [
      'another subject in a ClusterRoleBinding',
      DEPLOYER,
      'subjects:\n',
      'subjects:\n  - {kind: Group, name: "system:masters"}\n',
      'gives ClusterRole contrail-deploy-role to Group system:masters',
    ],
    [
      'an image from elsewhere under a name like cert-manager’s',
      VROUTER,
      /'hub\.juniper\.net\/cn2\/contrail-init:[^']*'/,
      "'elsewhere.example/own/cert-manager-x'",
      'image elsewhere.example/own/cert-manager-x comes from elsewhere.example/own,',
    ],
  ])('%s: a finding with its place in every command that renders, and nothing is written', async (_, file, part, by, message) => {
    for (const run of [
      (ports: ReturnType<typeof testPorts>) => validateCommand(ports, { ...OPTIONS, live: false }),
      (ports: ReturnType<typeof testPorts>) => planCommand(ports, { ...OPTIONS, offline: true }),
      (ports: ReturnType<typeof testPorts>) => renderCommand(ports, { ...OPTIONS, check: false }),
    ]) {
      const files = edited(file, part, by);
      const { document, conditions } = await run(testPorts(files));
      expect(conditions).toContain('rule-broken');
      expect(document.findings.filter(({ severity, rule }) => severity === 'error' && rule !== 'E22')).toEqual([
        expect.objectContaining({
          rule: 'manifests',
          file,
          message: expect.stringContaining(message),
          line: expect.any(Number),
          column: expect.any(Number),
        }),
      ]);
      expect(await files.list('rendered')).toEqual([]);
    }
  });
});

describe('a plan of the guide', () => {
  test('says what it gives away, and that the lab’s files are not published: no error', async () => {
    const { document } = await planCommand(testPorts(memoryFiles(guideFolder())), { ...OPTIONS, offline: true });
    expect(document.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(document.vendor).toMatchObject({ asPublished: false, differs: expect.arrayContaining([DEPLOYER, VROUTER]) });
    const granted = document.clusters.flatMap(({ changes }) => changes.filter(({ grants }) => grants !== undefined));
    expect(granted.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['ClusterRole', 'ClusterRoleBinding', 'Deployment', 'Vrouter']),
    );
    expect(JSON.stringify(granted)).toContain('every verb on every resource of every group');
  });
});
