/**
 * The guide from end to end in a lab whose API of the core kinds can do less, each time in a lab of its own:
 * node test/soak/guide-switches.ts [CASE]. Ends with 1 where a case fails.
 */
import { inspect } from 'node:util';
import type { Switches } from '../../lab/apiserver/aggregated/switches.ts';
import { KubeClient } from '../../lab/cn2/control/client.ts';
import { connectionOf } from '../../lab/cn2/control/connection.ts';
import { cn2Kinds } from '../../lab/cn2/control/kinds.ts';
import type { Plan } from '../../src/model/plan.ts';
import { guideCopy } from '../support/cli.ts';
import { switchCoreApi } from '../support/lab-switches.ts';
import { attachAll, expected, type LabRun, say, startLabRun } from './lab-run.ts';

const CASES: Record<string, Partial<Switches>> = {
  everything: {},
  slow: { delay: 200 },
  down: { down: true },
  'no-server-side-apply': { serverSideApply: 'off' },
  'dry-run-unknown': { dryRun: 'off' },
  'dry-run-refused': { dryRun: 'refused' },
  'no-managed-fields': { managedFields: 'off' },
  nothing: { serverSideApply: 'off', dryRun: 'off', managedFields: 'off' },
};

const ROUTER = cn2Kinds('v1alpha1', 'v1alpha1').router;
const PLACE = ['kubemanager-cluster2-cluster2-ns1', 'vnr2'] as const;

/** The guide with a name and API addresses that no other lab of this host has. */
function declaration(): string {
  return guideCopy((text) =>
    text
      .replace('name: guide', 'name: switched')
      .replace('172.27.115.180', '198.51.100.180')
      .replace('172.27.115.183', '198.51.100.183'),
  );
}

/** Attach, nothing left to do, and a change by hand that is seen and undone. */
async function guide(lab: LabRun): Promise<void> {
  const smoke = await attachAll(lab);
  say(`  attached, ${smoke.pairs.length} paths are as declared, nothing is left to change`);
  using client = new KubeClient(connectionOf(lab.kubeconfig('cluster1')));
  await client.merge(ROUTER, ...PLACE, { spec: { import: { virtualNetworkRouters: [] } } }, 'someone');
  const planned = expected(await lab.run('plan', '--out', 'rendered/plan.json', '--format', 'json'), 2);
  const changes = (JSON.parse(planned.stdout) as Plan).clusters.flatMap((cluster) => cluster.changes);
  const said = changes.map(({ action, name }) => `${action} ${name}`).join(', ');
  if (said !== 'update vnr2') throw new Error(`the change by hand shows as: ${said}`);
  expected(await lab.run('apply'), 0);
  expected(await lab.run('plan'), 0);
  say('  a change by hand was seen and undone');
}

/** While the API is down the central cluster is unknown, and nothing of it is taken to be absent; afterwards all goes on. */
async function outage(lab: LabRun): Promise<void> {
  expected(await lab.run('render'), 0);
  const { exitCode, stdout } = await lab.run('plan', '--format', 'json');
  const { complete, clusters } = JSON.parse(stdout) as Plan;
  const central = clusters.find(({ name }) => name === 'cluster1');
  if (complete || central?.status !== 'unknown' || central.changes.length > 0 || exitCode === 0)
    throw new Error(`while the API is down, plan says (exit ${exitCode}): ${JSON.stringify(central).slice(0, 2000)}`);
  say(`  down: ${central.reason}`);
  await switchCoreApi(lab.kubeconfig('cluster1'), {});
  await guide(lab);
}

const word = process.argv[2] ?? '';
for (const [name, switches] of Object.entries(CASES).filter(([found]) => found === word || word === '')) {
  say(`${name}: ${JSON.stringify(switches)}`);
  try {
    await using lab = await startLabRun(declaration());
    say(`  up after ${lab.seconds.toFixed(0)} s`);
    await switchCoreApi(lab.kubeconfig('cluster1'), switches);
    await (switches.down ? outage(lab) : guide(lab));
  } catch (error) {
    process.stderr.write(`${name}: ${inspect(error)}\n`);
    process.exitCode = 1;
  }
}
