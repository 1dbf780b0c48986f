import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { wordsOfInputs } from '../../../src/cli/action-inputs.ts';
import type { WorkflowName } from '../../../src/model/init.ts';
import { REPOSITORY, VERSION } from '../../../src/version.ts';
import { sourceMessages } from '../../../tools/source-messages.ts';
import { initRepository } from '../../support/init-repository.ts';

const ROOT = join(import.meta.dirname, '../../..');
const RECIPES = join(ROOT, 'docs/recipes');
const text = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const NAMES = readdirSync(RECIPES)
  .filter((name) => name.endsWith('.yml'))
  .map((name) => name.replace('.yml', ''));

interface Step {
  id?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}
interface Job {
  name: string;
  needs?: string;
  permissions: Record<string, string>;
  environment?: string;
  'runs-on': unknown;
  env?: Record<string, string>;
  steps: Step[];
}
interface Workflow {
  name: string;
  on: Record<string, { types?: string[]; paths?: string[]; branches?: string[] } | null>;
  jobs: Record<string, Job>;
}

const recipe = (name: string) => parse(text(`docs/recipes/${name}.yml`)) as Workflow;
const shipped = (name: WorkflowName) => parse(text(`workflows/${name}.yml`)) as Workflow;
const page = (name: string) => text(`docs/recipes/${name}.md`);
const stepsOf = (workflow: Workflow) => Object.values(workflow.jobs).flatMap(({ steps }) => steps);
const isOurs = ({ uses = '' }: Step) => uses.startsWith(`${REPOSITORY}@`);
const INPUTS = Object.keys((parse(text('action.yml')) as { inputs: object }).inputs);

/** The credentials of a step, under the names of another fleet, in place of the shipped ones. */
const renamed = (step: Step, prefix: string) => ({
  CN2_PULL_SECRET: step.env!['CN2_PULL_SECRET']!,
  ...Object.fromEntries(
    [1, 2].map((n) => [`${prefix}_KUBECONFIG_CLUSTER${n}`, `\${{ secrets.${prefix}_KUBECONFIG_CLUSTER${n} }}`]),
  ),
});
/** The credentials of a step, out of what a step before it has put out. */
const putOut = (id: string, ...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, `\${{ steps.${id}.outputs.${name} }}`]));

/** What each recipe is made of, and all that differs from it. */
const DERIVED: Readonly<Record<string, (its: Workflow) => Workflow | undefined>> = {
  proxy() {
    const expected = shipped('plan');
    expected.jobs['plan']!['runs-on'] = ['self-hosted', 'linux'];
    expected.jobs['plan']!.env = { HTTPS_PROXY: `\${{ vars.HTTPS_PROXY }}`, NO_PROXY: `\${{ vars.NO_PROXY }}` };
    return expected;
  },
  'cloud-login': (its) => withLogin(its, putOut('login', 'KUBECONFIG_CLUSTER1', 'KUBECONFIG_CLUSTER2')),
  vault: (its) => withLogin(its, putOut('vault', 'CN2_PULL_SECRET', 'KUBECONFIG_CLUSTER1', 'KUBECONFIG_CLUSTER2')),
  'github-app'(its) {
    const expected = shipped('propose');
    const job = expected.jobs['propose']!;
    job.permissions = { contents: 'read' };
    job.steps[1]!.with!['github-token'] = `\${{ steps.app.outputs.token }}`;
    job.steps.splice(1, 0, its.jobs['propose']!.steps[1]!);
    return expected;
  },
  'merge-queue'() {
    const expected = shipped('plan');
    expected.on['merge_group'] = { types: ['checks_requested'] };
    return expected;
  },
  'required-checks': () => undefined,
  'two-environments'(its) {
    const expected = shipped('apply');
    expected.name = 'cn2-fleet apply (production)';
    expected.on['push']!.paths = ['production/rendered/**'];
    const { apply, refresh } = expected.jobs as { apply: Job; refresh: Job };
    Object.assign(apply, { name: 'cn2-fleet apply (production)', needs: 'lab', environment: 'production' });
    refresh.name = 'cn2-fleet refresh (production)';
    for (const step of [apply.steps[1]!, refresh.steps[1]!]) {
      step.with!['file'] = 'production/clusters.yaml';
      step.env = renamed(step, 'PRODUCTION');
    }
    return { ...expected, jobs: { apply, refresh, lab: its.jobs['lab']! } };
  },
  'fleet-per-folder'() {
    const expected = shipped('propose');
    const job = expected.jobs['propose']!;
    expected.name = job.name = 'cn2-fleet propose (east)';
    expected.on['push'] = { branches: ['main'], paths: ['fleets/east/clusters.yaml', 'fleets/east/cn2/**'] };
    job.steps[1]!.with!['file'] = 'fleets/east/clusters.yaml';
    job.steps[1]!.env = renamed(job.steps[1]!, 'EAST');
    return expected;
  },
};

/** The plan with a step that logs in before it, and the identity of the job. */
function withLogin(its: Workflow, credentials: Record<string, string>): Workflow {
  const expected = shipped('plan');
  const job = expected.jobs['plan']!;
  job.permissions['id-token'] = 'write';
  job.steps[1]!.env = { ...job.steps[1]!.env, ...credentials };
  job.steps.splice(1, 0, its.jobs['plan']!.steps[1]!);
  return expected;
}

test('there is a page, a workflow and a row of the index for each', () => {
  const files = NAMES.flatMap((name) => [`${name}.md`, `${name}.yml`]);
  expect(readdirSync(RECIPES).sort()).toEqual([...files, 'README.md'].sort());
  const index = page('README');
  for (const name of NAMES) expect(index).toContain(`](${name}.md) | [${name}.yml](${name}.yml) |`);
  expect(Object.keys(DERIVED).sort()).toEqual([...NAMES].sort());
});

describe.each(NAMES)('docs/recipes/%s', (name) => {
  const workflow = recipe(name);
  const source = text(`docs/recipes/${name}.yml`);

  test('differs from the shipped workflow in what it is about alone', () => {
    const expected = DERIVED[name]?.(workflow);
    if (expected !== undefined) expect(workflow).toEqual(expected);
  });

  test('gives the Action inputs that it has, with commands that take them', () => {
    for (const step of stepsOf(workflow).filter(isOurs)) {
      expect(step.uses).toBe(`${REPOSITORY}@v${VERSION}`);
      const given = Object.entries(step.with!).filter(([key]) => key !== 'github-token');
      expect(Object.keys(step.with!).filter((key) => !INPUTS.includes(key))).toEqual([]);
      const variables = given.map(([key, value]) => [`CN2_FLEET_INPUT_${key.toUpperCase().replaceAll('-', '_')}`, String(value)]);
      expect(wordsOfInputs(Object.fromEntries(variables))[0]).toBe(step.with!['command']);
    }
  });

  test('passes every credential on under its own name, from a secret or from a step that puts it out', () => {
    for (const { steps } of Object.values(workflow.jobs))
      for (const [at, step] of steps.entries())
        for (const [variable, value] of isOurs(step) ? Object.entries(step.env!) : []) {
          const [, where, id, key] = /^\$\{\{ (secrets|steps\.([\w-]+)\.outputs)\.(\w+) \}\}$/.exec(value) ?? [];
          expect([variable, where !== undefined]).toEqual([key, true]);
          if (id === undefined) continue;
          const source = steps.slice(0, at).find((each) => each.id === id);
          expect(Object.values(source?.env ?? {}).join(' ')).toMatch(new RegExp(`\\b${variable}\\b`));
        }
  });

  test('uses Actions of others by commit, with the release in a comment', () => {
    const others = source.match(/(?<= {6}[- ] )uses: .*/g)?.filter((line) => !line.includes(REPOSITORY)) ?? [];
    expect(others.length > 0).toBe(name !== 'required-checks');
    for (const line of others) expect(line).toMatch(/^uses: actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test('says how each variable and secret of its own is set', () => {
    const ofTheShipped = /^(CN2_PULL_SECRET|(EAST_|PRODUCTION_|LAB_)?KUBECONFIG_CLUSTER\d)$/;
    const used = new Set([...source.matchAll(/\{\{ (vars|secrets)\.(\w+)/g)].map(([, kind, key]) => `${kind} ${key}`));
    const set = [...page(name).matchAll(/^ *(?:.*\| )?gh (variable|secret) set (\w+)/gm)].map(
      ([, kind, key]) => `${kind === 'secret' ? 'secrets' : 'vars'} ${key}`,
    );
    expect(set.filter((each) => !used.has(each))).toEqual([]);
    // The second cluster is like the first.
    const wanted = [...used].filter((each) => !ofTheShipped.test(each.split(' ')[1]!) && !/CLUSTER2$/.test(each));
    expect(wanted.filter((each) => !set.includes(each))).toEqual([]);
  });

  test('its page has its parts, and links that lead somewhere', () => {
    const titles = [...page(name).matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    expect(titles).toEqual(['When', 'On the other side', 'What stays secret', 'What goes wrong']);
    expect(brokenLinks(`docs/recipes/${name}.md`)).toEqual([]);
  });
});

test('the index and what links to it lead somewhere', () => {
  expect(brokenLinks('docs/recipes/README.md')).toEqual([]);
  expect(text('docs/action.md')).toContain('](recipes/README.md)');
  expect(text('README.md')).toContain('](docs/recipes/README.md)');
});

/** The fleet that a recipe is for, the file that it takes the place of, and the prefix of its variables. */
const PLACES = [
  ['proxy', '', 'plan', ''],
  ['cloud-login', '', 'plan', ''],
  ['vault', '', 'plan', ''],
  ['merge-queue', '', 'plan', ''],
  ['github-app', '', 'propose', ''],
  ['two-environments', 'production', 'production-apply', 'PRODUCTION_'],
] as const;

test.each(PLACES)('init leaves %s.yml as it is where it was copied to', async (name, fleet, workflow, prefix) => {
  const path = `.github/workflows/cn2-fleet-${workflow}.yml`;
  const guide = text('examples/guide/clusters.yaml');
  const declaration = guide.replaceAll('env: KUBECONFIG', `env: ${prefix}KUBECONFIG`);
  using repository = initRepository({ 'lab/clusters.yaml': guide.replace('name: guide', 'name: lab') });
  const file = fleet === '' ? 'clusters.yaml' : `${fleet}/clusters.yaml`;
  if (fleet !== '') await repository.init('lab/clusters.yaml');
  repository.write(file, fleet === '' ? declaration : declaration.replace('name: guide', `name: ${fleet}`));
  await repository.init(file);
  expect(repository.files()).toContain(path);
  repository.write(path, text(`docs/recipes/${name}.yml`));
  await repository.init(file);
  expect(repository.read(path)).toBe(text(`docs/recipes/${name}.yml`));
});

test('the rules that pages set require the job of the plan, as GitHub Actions reports it', () => {
  const rules = ['required-checks', 'merge-queue'].flatMap((name) =>
    [...page(name).matchAll(/<<'END'\n([\s\S]*?)\nEND\n/g)].flatMap(([, json]) => (JSON.parse(json!) as { rules: Rule[] }).rules),
  );
  expect(rules.map(({ type }) => type)).toEqual([
    'deletion',
    'non_fast_forward',
    'pull_request',
    'required_status_checks',
    'merge_queue',
  ]);
  const plan = Object.values(shipped('plan').jobs)[0]!.name;
  expect(rules[3]?.parameters?.required_status_checks).toEqual([{ context: plan, integration_id: 15368 }]);
  expect(stepsOf(recipe('required-checks'))[0]?.env?.['REQUIRED']).toBe(plan);
});

interface Rule {
  type: string;
  parameters?: { required_status_checks?: object[] };
}

test('what pages quote of the program, it says', () => {
  const messages = sourceMessages(['src']);
  const quoted = [
    ['cloud-login', 'environment variable KUBECONFIG_CLUSTER1 is empty', 'environment variable … is empty'],
    ['vault', 'environment variable KUBECONFIG_CLUSTER1 is empty', 'environment variable … is empty'],
    ['proxy', 'the proxy refused the tunnel to … with HTTP status 403', 'the proxy refused the tunnel to … with HTTP status …'],
    ['proxy', 'is signed by an authority that the kubeconfig does not name'],
    ['proxy', 'the certificate of api.github.com is not accepted', 'the certificate of … is not accepted'],
    ['proxy', 'does not answer (no connection within … s)'],
    ['cloud-login', 'the server does not accept the credential (401)'],
    ['fleet-per-folder', 'both name their fleet'],
    ['fleet-per-folder', 'would have its manifests in …, where … has its own'],
  ] as const;
  for (const [name, said, printed = said] of quoted) {
    expect(page(name)).toContain(`\`${said}`);
    expect(messages.filter((message) => message.includes(printed))).not.toEqual([]);
  }
});

/** Links of a page to files or headings that are not there. */
function brokenLinks(path: string): string[] {
  const links = [...text(path).matchAll(/\]\(((?!https?:)[^)\s]+)\)/g)].map(([, target]) => target!);
  return links.filter((target) => {
    const [file = '', anchor] = target.split('#');
    const full = file === '' ? join(ROOT, path) : join(ROOT, dirname(path), file);
    if (!existsSync(full)) return true;
    return anchor !== undefined && !headingsOf(readFileSync(full, 'utf8')).includes(anchor);
  });
}

function headingsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
}
