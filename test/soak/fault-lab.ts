import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheFolder } from '../../lab/binaries/cache.ts';
import { KubeClient } from '../../lab/cn2/control/client.ts';
import { connectionOf } from '../../lab/cn2/control/connection.ts';
import { NODE, POD } from '../../lab/cn2/control/kinds.ts';
import type { FaultsDocument } from '../../lab/faults/list.ts';
import { type FaultInForce, readFaults } from '../../lab/faults/record.ts';
import { labFolder } from '../../lab/kind/state.ts';
import { SMOKE_LABEL } from '../../src/cn2/names.ts';
import { readDeclaration } from '../../src/declare/declaration.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import type { SmokeDocument } from '../../src/model/smoke.ts';
import { cli, guideCopy } from '../support/cli.ts';
import { attachAll, expected, type LabRun, startLabRun, takeLabRun } from './lab-run.ts';

const FLEET = 'faults';
const CLUSTERS = ['cluster1', 'cluster2'];
const PATIENCE_MS = 240_000;

/** The guide in a lab of its own, attached, whose faults can be made and taken back. */
export interface FaultLab extends AsyncDisposable {
  run: LabRun['run'];
  inject(...words: string[]): Promise<FaultInForce>;
  undo(): Promise<void>;
  faults(): Promise<FaultsDocument>;
  smoke(): Promise<SmokeDocument>;
  /** Throws unless everything of smoke tests goes away, every node is Ready and every pod runs. */
  calm(): Promise<void>;
  lab: LabRun;
  fleet: Fleet;
}

/** Brings it up, or takes the one of the folder LAB, which is up and attached. */
export async function startFaultLab(): Promise<FaultLab> {
  const lab = process.env['LAB'] === undefined ? await attached() : await takeLabRun(process.env['LAB']);
  const { fleet } = readDeclaration(readFileSync(join(lab.folder, 'clusters.yaml'), 'utf8'), 'clusters.yaml');
  const clients = CLUSTERS.map((name) => new KubeClient(connectionOf(lab.kubeconfig(name))));
  const fault = async (...words: string[]) => expected(await cli(lab.folder, ['lab', 'fault', ...words]), 0).stdout;
  return {
    lab,
    fleet: fleet!,
    run: lab.run,
    async inject(...words) {
      await fault(...words);
      const there = (await readFaults(labFolder(cacheFolder(), FLEET))).at(-1);
      if (there === undefined || there.name !== words[0]) throw new Error(`${words[0]} is not written down`);
      return there;
    },
    undo: async () => void (await fault('undo')),
    faults: async () => JSON.parse(await fault('--format', 'json')) as FaultsDocument,
    async smoke() {
      const { stdout, stderr } = await lab.run('smoke', '--format', 'json');
      if (stdout === '') throw new Error(`smoke said nothing: ${stderr}`);
      return JSON.parse(stdout) as SmokeDocument;
    },
    calm: () => calm(clients),
    async [Symbol.asyncDispose]() {
      for (const client of clients) client[Symbol.dispose]();
      await lab[Symbol.asyncDispose]();
    },
  };
}

/** Its addresses are no other lab's of this host. */
async function attached(): Promise<LabRun> {
  const lab = await startLabRun(
    guideCopy((text) =>
      text
        .replace('name: guide', `name: ${FLEET}`)
        .replace('172.27.115.180', '198.51.100.190')
        .replace('172.27.115.183', '198.51.100.193')
        // A host that is busy is late, and no fault.
        .replace('rttP95Ms: 100}', 'rttP95Ms: 1000}'),
    ),
  );
  try {
    await attachAll(lab);
    return lab;
  } catch (error) {
    await lab[Symbol.asyncDispose]();
    throw error;
  }
}

async function calm(clients: readonly KubeClient[]): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await Promise.all(clients.map(unrest)).catch((error: Error) => [[error.message]]);
    if (found.flat().length === 0) return;
    if (Date.now() > end) throw new Error(`after ${PATIENCE_MS / 1000} s: ${found.flat().join(', ')}`);
    await sleep(500);
  }
}

async function unrest(client: KubeClient): Promise<string[]> {
  const marked = `?labelSelector=${encodeURIComponent(SMOKE_LABEL)}`;
  const left = await Promise.all(
    ['pods', 'secrets'].map(
      async (plural) => ((await client.json('GET', `/api/v1/${plural}${marked}`)) as { items: KubernetesObject[] }).items,
    ),
  );
  const [nodes, pods] = [(await client.list(NODE)).items, (await client.list(POD)).items];
  return [
    ...left.flat().map(({ kind, metadata }) => `left: ${kind ?? ''} ${metadata.namespace}/${metadata.name}`),
    ...[...nodes, ...pods].filter((object) => !isReady(object)).map(({ metadata }) => `${metadata.name} is not ready`),
  ];
}

function isReady({ status }: KubernetesObject): boolean {
  const { conditions = [], phase } = (status ?? {}) as { conditions?: { type: string; status: string }[]; phase?: string };
  return phase === 'Succeeded' || conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True');
}
