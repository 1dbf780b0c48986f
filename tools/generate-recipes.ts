import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { nodeFiles } from '../src/adapters/node/files.ts';
import { workflowTemplates } from '../src/adapters/node/workflow-templates.ts';
import { initCommand } from '../src/commands/init.ts';
import { VERSION } from '../src/version.ts';
import { writeGenerated } from './write-generated.ts';

// One of the recipes is what `init` writes for the second fleet of a repository. The others are written by hand.
const GUIDE = readFileSync(join(dirname(import.meta.dirname), 'examples/guide/clusters.yaml'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-recipes-'));
try {
  const templates = await workflowTemplates();
  // What tells init where the repository begins.
  mkdirSync(join(folder, '.git'));
  writeFileSync(join(folder, '.git/HEAD'), 'ref: refs/heads/main\n');
  for (const fleet of ['west', 'east']) {
    const prefix = `fleets/${fleet}/`;
    const home = join(folder, prefix);
    mkdirSync(home, { recursive: true });
    const declaration = GUIDE.replace('name: guide', `name: ${fleet}`).replaceAll(
      'env: KUBECONFIG',
      `env: ${fleet.toUpperCase()}_KUBECONFIG`,
    );
    writeFileSync(join(home, 'clusters.yaml'), declaration);
    await initCommand(
      {
        files: nodeFiles(home),
        repository: {
          prefix: async () => prefix,
          defaultBranch: async () => 'main',
          remote: async () => undefined,
          head: async () => '0'.repeat(40),
        },
      },
      {
        file: 'clusters.yaml',
        shownFile: `${prefix}clusters.yaml`,
        shownFolder: prefix,
        rendered: 'rendered',
        templates,
        version: VERSION,
      },
    );
  }
  const written = join(folder, '.github/workflows/cn2-fleet-east-propose.yml');
  writeGenerated('docs/recipes/fleet-per-folder.yml', readFileSync(written, 'utf8'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
