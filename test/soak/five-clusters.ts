/**
 * Five clusters of one worker each come up within three minutes, four are attached, and 230 paths are as declared:
 * node test/soak/five-clusters.ts. Says how long a smoke test of them takes. Ends with 1 where that is not so.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { generatedFleet } from '../../bench/generated-fleet.ts';
import { guideCopy } from '../support/cli.ts';
import { attachAll, expected, type LabRun, say, startLabRun } from './lab-run.ts';

const SECONDS = 180;
/** 20 between the default networks of five clusters, 210 between 15 networks. */
const PATHS = 230;

const declaration = generatedFleet({ distributed: 4, networks: 15, connections: 7 })
  .replace('name: generated', 'name: five-clusters')
  // Addresses that no other lab has; some hosts have 192.0.2.2 themselves.
  .replaceAll('https://192.0.2.', 'https://198.51.100.')
  .replace(/^( *)server: .*$/gm, '$&\n$1lab: {workers: 1}')
  .concat(
    'smoke:\n  image: lab.local/cn2-fleet/probe:1\n  defaultPodNetwork: [v4]\n  networks: all\n',
    '  thresholds: {lossPercent: 0, rttP95Ms: 1000}\n',
  );

/** How long a smoke test takes from the command to its report, and its parts. */
async function measureTwice(lab: LabRun, what: string): Promise<void> {
  for (let time = 1; time <= 2; time++) {
    const started = performance.now();
    const { stderr } = expected(await lab.run('smoke', '--format', 'json'), 0);
    const took = ((performance.now() - started) / 1000).toFixed(1);
    const parts = stderr.split('\n').filter((line) => line.includes(' smoke '));
    say(`smoke test ${what}: ${took} s\n${parts.map((line) => `      ${line}`).join('\n')}`);
  }
}

try {
  await using lab = await startLabRun(guideCopy(() => declaration));
  say(`five clusters were up after ${lab.seconds.toFixed(0)} s`);
  const smoke = await attachAll(lab);
  say(`four clusters are attached, ${smoke.pairs.length} paths are as declared`);
  await measureTwice(lab, 'with new probes');
  const file = join(lab.folder, 'clusters.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('smoke:\n', 'smoke:\n  keepProbes: true\n'));
  expected(await lab.run('render'), 0);
  await measureTwice(lab, 'with probes to keep, the second time with kept ones');
  if (smoke.pairs.length !== PATHS) throw new Error(`${PATHS} paths were to be measured`);
  if (lab.seconds > SECONDS) throw new Error(`the clusters were to be up after ${SECONDS} s`);
} catch (error) {
  process.stderr.write(`${inspect(error)}\n`);
  process.exitCode = 1;
}
