import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes the folder in which the files of one end-to-end run leave things for those that come after them. */
export default function setup() {
  process.env.CN2_FLEET_E2E = mkdtempSync(join(tmpdir(), 'cn2-fleet-e2e-'));
}
