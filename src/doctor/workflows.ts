import { isMap, isScalar, parseDocument } from 'yaml';
import type { DoctorCheck } from '../model/doctor.ts';
import type { InitDocument } from '../model/init.ts';
import { actionSteps } from '../setup/action-steps.ts';
import { WORKFLOW_FOLDER } from '../setup/fleet-workflows.ts';
import { check } from './checks.ts';

export interface WorkflowFacts {
  /** What init would do now. */
  document: InitDocument;
  /** The workflows of the fleet that are there. */
  files: readonly { path: string; text: string }[];
  /** What names the declaration to a command. */
  flag: string;
  /** Labels of the runner. */
  runsOn: string;
  /** Addresses that the tool dials. */
  servers: readonly string[];
}

/** Whether the workflows are there, are as init would write them, and pass on what the declaration names. */
export function workflowChecks(facts: WorkflowFacts): DoctorCheck[] {
  const { document, files } = facts;
  const command = `cn2-fleet init${facts.flag}`;
  const of = (path: string, state: DoctorCheck['state'], seen: string, more = {}) => check('workflows', path, state, seen, more);
  const missing = document.written.filter((path) => path !== document.declaration);
  const there = new Set(files.map(({ path }) => path));
  return [
    ...missing.map((path) => of(path, 'to-do', 'is not there as a run needs it', { remedy: 'init writes it.', command })),
    ...document.updated.map((path) => of(path, 'remark', 'is not as init writes it now', { remedy: 'init renews it.', command })),
    ...document.completed.map(({ path, added }) =>
      of(path, 'to-do', `does not pass on ${added.join(', ')}`, { remedy: 'init adds the lines.', command }),
    ),
    ...document.differing.map(({ path, lacks }) =>
      of(path, 'to-do', `does not pass on ${lacks.join(', ')}`, {
        remedy: 'It was adapted so that init cannot add the lines: add them below env: of the step with the Action.',
      }),
    ),
    ...document.unchanged.filter((path) => there.has(path)).map((path) => of(path, 'ok', 'is as init writes it')),
    ...document.adapted.map((path) => of(path, 'ok', 'was adapted, and passes on all that the declaration names')),
    ...files.flatMap((file) => surplus(file, document)),
    ...runnerRemark(facts, command),
  ];
}

/** Secrets that a workflow passes on and nothing in the declaration names any more. */
function surplus({ path, text }: { path: string; text: string }, { credentials, updated }: InitDocument): DoctorCheck[] {
  // What init renews anyway.
  if (updated.includes(path)) return [];
  const known = new Set(credentials.map(({ name }) => name));
  const others = [...new Set(passedOn(text))].filter((name) => !known.has(name));
  if (others.length === 0) return [];
  const seen = `passes on ${others.join(', ')}, which the declaration does not name`;
  return [check('workflows', path, 'remark', seen, { remedy: 'Take these lines out, unless something else needs them.' })];
}

function passedOn(text: string): string[] {
  const document = parseDocument(text);
  if (document.errors.length > 0) return [];
  return actionSteps(document).flatMap((step) => {
    const environment = step.get('env');
    if (!isMap(environment)) return [];
    return environment.items.flatMap(({ key, value }) =>
      isScalar(key) && isScalar(value) && /\$\{\{\s*secrets\./.test(String(value.value)) ? String(key.value) : [],
    );
  });
}

/** GitHub's own runners reach what is on the internet. */
const HOSTED = /^(?:ubuntu|windows|macos)-/;
const PRIVATE = /^(?:10\.|127\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|\[f[cd]|\[fe80|\[::1\]|localhost$)/i;

function runnerRemark({ runsOn, servers }: WorkflowFacts, command: string): DoctorCheck[] {
  if (!HOSTED.test(runsOn)) return [];
  const inside = servers.filter((server) => PRIVATE.test(URL.parse(server)?.hostname ?? ''));
  if (inside.length === 0) return [];
  const seen = `run on ${runsOn}, a runner of GitHub's own, which does not reach ${inside.join(', ')}`;
  return [
    check('workflows', WORKFLOW_FOLDER, 'remark', seen, {
      remedy: 'Name a runner that does, with its labels.',
      command: `${command} --runs-on LABELS`,
    }),
  ];
}
