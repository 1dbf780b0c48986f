import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { NO_RECIPES } from '../support/recipe-programs.ts';
import { runStep, type StepResult } from '../support/runner-step.ts';
import { IDENTITY, identityOf, startIssuer, startVault, VAULT_TOKEN } from '../support/vault-double.ts';

const RECIPES = join(import.meta.dirname, '../../docs/recipes');

interface Step {
  name: string;
  run?: string;
  env?: Record<string, string>;
}

/** The one step of a recipe that is a script. */
function scriptOf(recipe: string): { run: string; env: Record<string, string> } {
  const { jobs } = parse(readFileSync(join(RECIPES, `${recipe}.yml`), 'utf8')) as { jobs: Record<string, { steps: Step[] }> };
  const [step, ...others] = Object.values(jobs).flatMap(({ steps }) =>
    steps.filter(({ run = '' }) => run !== '' && !run.includes('GITHUB_STEP_SUMMARY')),
  );
  if (step?.run === undefined || others.length > 0) throw new Error(`${recipe}: one script was expected`);
  return { run: step.run, env: step.env ?? {} };
}

(NO_RECIPES === undefined ? describe : describe.skip)(
  `scripts of the recipes${NO_RECIPES === undefined ? '' : ` (skipped: ${NO_RECIPES})`}`,
  () => {
    let folder: string;

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-recipe-'));
      for (const name of ['bin', 'temporary']) mkdirSync(join(folder, name));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    /** A program that stands in for one of the runner's. */
    const program = (name: string, script: string) =>
      writeFileSync(join(folder, 'bin', name), `#!/bin/bash\nset -e\n${script}`, { mode: 0o755 });
    const run = (recipe: string, expressions: Record<string, string>, more: Record<string, string> = {}): Promise<StepResult> => {
      const { run: script, env } = scriptOf(recipe);
      const filled = (value: string) => value.replace(/\$\{\{ (.*?) \}\}/g, (_, name: string) => expressions[name] ?? '');
      const own = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, filled(value)]));
      const path = [join(folder, 'bin'), dirname(process.execPath), '/usr/local/bin:/usr/bin:/bin'].join(':');
      return runStep({
        script,
        cwd: folder,
        environment: { PATH: path, RUNNER_TEMP: join(folder, 'temporary'), ...own, ...more },
      });
    };
    const decoded = (value = '') => Buffer.from(value, 'base64').toString('utf8');
    const said = ({ lines }: StepResult) => lines.filter((line) => !line.startsWith('::add-mask::')).join('\n');
    const masked = ({ lines }: StepResult) => lines.flatMap((line) => /^::add-mask::(.*)$/.exec(line)?.[1] ?? []);

    test('cloud-login.yml: a kubeconfig of the identity that plans, on one line, masked, and nothing left behind', async () => {
      await using github = await startIssuer();
      const calls = join(folder, 'calls');
      program(
        'aws',
        `echo "aws $* as $AWS_ROLE_ARN in $AWS_REGION: $(cat "$AWS_WEB_IDENTITY_TOKEN_FILE")" >> ${calls}
[ "$(stat -c %a "$AWS_WEB_IDENTITY_TOKEN_FILE")" = 600 ]
echo "{\\"clusters\\": [{\\"name\\": \\"$4\\"}], \\"users\\": [{\\"name\\": \\"me\\", \\"user\\": {\\"exec\\": {}}}]}" > "\${*: -1}"
echo "Added new context"`,
      );
      program(
        'kubectl',
        `echo "kubectl \${*:3}" >> ${calls}
case "$*" in *' create token '*) echo "canary-token-of-$(jq -r .clusters[0].name "$2")" ;; *) cat "$2" ;; esac`,
      );
      const expressions = {
        'vars.AWS_REGION': 'eu-central-1',
        'vars.AWS_ROLE_ARN': 'arn:aws:iam::1:role/plan',
        'vars.EKS_CLUSTER1': 'central',
        'vars.EKS_CLUSTER2': 'edge',
      };
      const result = await run('cloud-login', expressions, identityOf(github));
      expect([result.exitCode, said(result)]).toEqual([0, 'Added new context\nAdded new context']);
      expect(Object.keys(result.outputs)).toEqual(['KUBECONFIG_CLUSTER1', 'KUBECONFIG_CLUSTER2']);
      expect(JSON.parse(decoded(result.outputs['KUBECONFIG_CLUSTER2']))).toEqual({
        clusters: [{ name: 'edge' }],
        users: [{ name: 'me', user: { token: 'canary-token-of-edge' } }],
      });
      const { KUBECONFIG_CLUSTER1: one, KUBECONFIG_CLUSTER2: two } = result.outputs;
      expect(masked(result)).toEqual(['canary-token-of-central', one, 'canary-token-of-edge', two]);
      const [aws, token] = readFileSync(calls, 'utf8').split('\n');
      expect(aws).toContain(`--name central --kubeconfig ${folder}/temporary/KUBECONFIG_CLUSTER1`);
      expect(aws).toContain(`as arn:aws:iam::1:role/plan in eu-central-1: ${IDENTITY} for sts.amazonaws.com`);
      expect(token).toBe('kubectl --namespace cn2-fleet create token cn2-fleet-plan --duration 1h');
      expect(readdirSync(join(folder, 'temporary'))).toEqual([]);
    });

    describe('vault.yml', () => {
      const kubeconfig = 'apiVersion: v1\nkind: Config\nusers: [{user: {token: canary-of-vault}}]\n';
      const secret = {
        KUBECONFIG_CLUSTER1: kubeconfig,
        KUBECONFIG_CLUSTER2: `${kubeconfig}# 2\n`,
        CN2_PULL_SECRET: '{"auths":{}}',
      };

      test('each value as base64 on one line, masked; its token is given back', async () => {
        await using api = await startVault(secret);
        const result = await run('vault', { 'vars.VAULT_ADDR': api.url }, identityOf(api));
        expect([result.exitCode, said(result)]).toEqual([0, '']);
        expect(Object.fromEntries(Object.entries(result.outputs).map(([name, value]) => [name, decoded(value)]))).toEqual(secret);
        expect(masked(result)).toEqual([
          `${IDENTITY} for ${api.url}`,
          VAULT_TOKEN,
          ...['CN2_PULL_SECRET', 'KUBECONFIG_CLUSTER1', 'KUBECONFIG_CLUSTER2'].map((name) => result.outputs[name]),
        ]);
        expect(api.requests.at(-1)).toBe('POST /v1/auth/token/revoke-self');
      });

      test('a key that is not there, and what Vault refuses, end the step', async () => {
        await using api = await startVault({ CN2_PULL_SECRET: '{}' });
        const lacking = await run('vault', { 'vars.VAULT_ADDR': api.url }, identityOf(api));
        expect(lacking.exitCode).not.toBe(0);
        expect(Object.keys(lacking.outputs)).toEqual(['CN2_PULL_SECRET']);
        const refused = await run('vault', { 'vars.VAULT_ADDR': api.url }, { ...identityOf(api), VAULT_ROLE: 'other' });
        expect([refused.exitCode === 0, said(refused)]).toEqual([
          false,
          expect.stringContaining('Vault: role could not be found'),
        ]);
        expect(said(lacking) + said(refused)).not.toMatch(/canary/);
      });
    });

    test.each(['cloud-login', 'vault'])(
      '%s.yml: a job without an identity, such as one of a fork, gets nothing and does not fail',
      async (name) => {
        const result = await run(name, {});
        expect([result.exitCode, result.outputs, result.lines]).toEqual([0, {}, []]);
      },
    );

    describe('required-checks.yml', () => {
      const required = (...contexts: string[]) => ({
        type: 'required_status_checks',
        parameters: { required_status_checks: contexts.map((context) => ({ context })) },
      });
      const others = [{ type: 'pull_request' }, { type: 'non_fast_forward' }];

      /** What it says of rules, which come in pages. */
      const judged = async (...pages: object[][]) => {
        const file = join(folder, 'rules.json');
        writeFileSync(file, pages.map((page) => JSON.stringify(page)).join('\n'));
        program('gh', `[ "$*" = "api --paginate repos/octo/fleet/rules/branches/main" ]\ncat ${file}`);
        const result = await run('required-checks', {}, { GITHUB_REPOSITORY: 'octo/fleet', BRANCH: 'main' });
        return [result.exitCode, ...result.lines];
      };

      test('is content with the rules of its page', async () => {
        expect(await judged(others, [required('lint'), required('cn2-fleet plan')])).toEqual([0]);
      });

      test('says what is not required, and what never may be', async () => {
        expect(await judged([])).toEqual([
          1,
          '::error::main: the check “cn2-fleet plan” is not required',
          '::error::main: pull requests are not required',
          '::error::main: force pushes are not refused',
        ]);
        expect(await judged([...others, required('cn2-fleet plan', 'cn2-fleet apply (prod)')])).toEqual([
          1,
          '::error::main: “cn2-fleet apply (prod)” is required, but it runs after the merge: nothing can be merged',
        ]);
      });
    });
  },
);
