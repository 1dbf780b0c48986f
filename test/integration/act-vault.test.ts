import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ensureBinaries } from '../../lab/binaries/binaries.ts';
import { publishedAction } from '../../lab/github/act-export.ts';
import { eventOf } from '../../lab/github/events.ts';
import { runWorkflow } from '../../lab/github/workflow-run.ts';
import { onTwin } from '../../lab/github/workflow-run-twin.ts';
import { REPOSITORY as ACTION } from '../../src/version.ts';
import { NO_ACT } from '../support/act-repository.ts';
import { selfSigned } from '../support/certificate.ts';
import { kubeconfigOf } from '../support/credential-plug-in.ts';
import { publishForge, REPOSITORY } from '../support/publish-forge.ts';
import { NO_RECIPES } from '../support/recipe-programs.ts';
import { answer, ScriptedApi, status } from '../support/scripted-api.ts';
import { identityOf, startVault } from '../support/vault-double.ts';

const ROOT = join(import.meta.dirname, '../..');
const WORKFLOW = '.github/workflows/cn2-fleet-plan.yml';

((NO_ACT ?? NO_RECIPES) === undefined ? test : test.skip)(
  'docs/recipes/vault.yml: the Action logs in with what Vault holds, and no log shows it',
  async () => {
    const { act } = await ensureBinaries(['act']);
    const asked: string[] = [];
    const identity = selfSigned({ names: ['api.test'] });
    await using cluster = await ScriptedApi.start((request, response) => {
      asked.push(String(request.headers.authorization));
      answer(response, 403, status(403, 'Forbidden', 'not for you'));
    }, identity);
    const known = {
      'certificate-authority-data': Buffer.from(identity.certificate).toString('base64'),
      'tls-server-name': 'api.test',
    };
    await using vault = await startVault({
      CN2_PULL_SECRET: JSON.stringify({ auths: { 'lab.local': { auth: Buffer.from('lab:canary').toString('base64') } } }),
      KUBECONFIG_CLUSTER1: kubeconfigOf(cluster.url, { token: 'canary-of-cluster1' }, known),
      KUBECONFIG_CLUSTER2: kubeconfigOf(cluster.url, { token: 'canary-of-cluster2' }, known),
    });
    await using action = await publishedAction(ROOT);
    await using hub = await publishForge();
    const recipe = readFileSync(join(ROOT, 'docs/recipes/vault.yml'), 'utf8');
    await hub.twin.commit(REPOSITORY, { branch: 'main', files: { [WORKFLOW]: recipe } });
    const declaration = await hub.file('main', 'clusters.yaml');
    const number = await hub.openPull('topic', { 'clusters.yaml': declaration.replace('rttP95Ms: 100', 'rttP95Ms: 120') });
    const shown: string[] = [];
    const run = await runWorkflow({
      act,
      ...onTwin(hub.twin, REPOSITORY),
      workflow: WORKFLOW,
      event: await eventOf(hub.twin.hub, REPOSITORY, { name: 'pull_request', number }),
      variables: { VAULT_ADDR: vault.url },
      environment: identityOf(vault),
      actions: { [ACTION]: action.folder },
      log: (line) => shown.push(line),
    });
    expect(run.steps.filter(({ path }) => !path.includes('/')).map(({ path, result }) => `${path} ${result}`)).toEqual([
      '0 success',
      'vault success',
      'plan failure',
      // What a plan says that failed is kept, too.
      'page success',
      '4 success',
      'document success',
      '6 success',
    ]);
    // It was refused: nothing but the rights was wrong.
    expect(shown.join('\n')).toContain('not for you');
    expect(new Set(asked)).toEqual(new Set(['Bearer canary-of-cluster1', 'Bearer canary-of-cluster2']));
    expect(shown.filter((line) => /canary|Y2FuYXJ5/.test(line))).toEqual([]);
  },
);
