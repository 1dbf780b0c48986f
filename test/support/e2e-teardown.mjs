import { rmSync } from 'node:fs';
import { removeLeftLab } from './left-lab.ts';

/** Removes the lab that nobody took over. */
export default async function teardown() {
  await removeLeftLab();
  rmSync(process.env.CN2_FLEET_E2E, { recursive: true, force: true });
}
