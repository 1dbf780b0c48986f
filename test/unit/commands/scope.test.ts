import { expect, test } from '@jest/globals';
import { applyCommand } from '../../../src/commands/apply.ts';
import { planCommand } from '../../../src/commands/plan.ts';
import { renderCommand } from '../../../src/commands/render.ts';
import { smokeCommand } from '../../../src/commands/smoke.ts';
import { validateCommand } from '../../../src/commands/validate.ts';
import { guideFolder } from '../../support/guide-folder.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { OPTIONS, testPorts } from '../../support/ports.ts';

const LOCK = { lockTtl: 60, lockTimeout: 90 };

async function rendered() {
  const ports = testPorts(memoryFiles(guideFolder()));
  await renderCommand(ports, { ...OPTIONS, check: false });
  return ports;
}

test('--only with a name that the fleet does not have is the user’s error in every command', async () => {
  const ports = await rendered();
  const options = { ...OPTIONS, ...LOCK, only: ['cluster9'] };
  for (const run of [
    () => validateCommand(ports, { ...options, live: false }),
    () => renderCommand(ports, { ...options, check: true }),
    () => planCommand(ports, { ...options, offline: true }),
    () => smokeCommand(ports, options),
    () => applyCommand(ports, { ...options, plan: 'rendered/plan.json', gateTimeout: 1 }),
  ])
    await expect(run()).rejects.toThrow('--only cluster9: the fleet does not have this cluster');
});

test('a smoke test without the central cluster names every path as not run', async () => {
  const { document, conditions } = await smokeCommand(await rendered(), { ...OPTIONS, ...LOCK });
  expect(conditions).toEqual(['unknown-cluster']);
  expect(document.pairs).toHaveLength(16);
  expect(new Set(document.pairs.map(({ verdict }) => verdict))).toEqual(new Set(['not-run']));
  // Each credential that is missing once, whatever the number of paths.
  expect(document.diagnoses).toMatchObject([
    { rung: 'api', cause: 'cluster1: KUBECONFIG_CLUSTER1 is not there', paths: { length: 16 } },
    { rung: 'api', cause: 'cluster2: KUBECONFIG_CLUSTER2 is not there' },
  ]);
});
