import type { DoctorCheck } from '../model/doctor.ts';
import type { Problem } from '../model/live.ts';
import { check } from './checks.ts';
import { withoutName } from './clusters.ts';
import { type Right, type RightsTo, rightKey, rightWords } from './rights.ts';

export interface RightsFacts {
  cluster: string;
  role: 'central' | 'distributed';
  needed: Record<RightsTo, Right[]>;
  /** What the server says is missing of all these; absent: nobody asked it. */
  answer?: { missing: readonly Right[] } | { problem: Problem };
  /** A smoke test is declared. */
  smoke: boolean;
  /** The environment that an apply runs in. */
  environment: string;
}

/** What the identity of a kubeconfig may not do, once for each thing that a run does with it. */
export function rightsChecks(facts: RightsFacts): DoctorCheck[] {
  const { cluster, needed, answer, smoke } = facts;
  const more = { cluster };
  if (answer === undefined) return [check('rights', cluster, 'unknown', 'not asked: its API server has not answered', more)];
  if ('problem' in answer) {
    const seen = `the server does not tell: ${withoutName(answer.problem.message, cluster)}`;
    return [check('rights', cluster, 'unknown', seen, more)];
  }
  const lacked = new Set(answer.missing.map(rightKey));
  const missing = (to: RightsTo) => needed[to].filter((right) => lacked.has(rightKey(right)));
  const checks = [planCheck(facts, missing('plan')), previewCheck(facts, missing('preview')), applyCheck(facts, missing)];
  if (smoke) checks.push(smokeCheck(facts, missing('smoke')));
  const found = checks.filter((one) => one !== undefined);
  return found.length > 0
    ? found
    : [check('rights', cluster, 'ok', `may plan${smoke ? ', apply and run the smoke test' : ' and apply'}`, more)];
}

const more = ({ cluster }: RightsFacts, missing: readonly Right[]) => ({ cluster, missing: rightWords(missing) });

function planCheck(facts: RightsFacts, missing: readonly Right[]): DoctorCheck | undefined {
  if (missing.length === 0) return undefined;
  return check('rights', facts.cluster, 'to-do', `may not read all that a plan needs: ${words(missing)}`, {
    ...more(facts, missing),
    remedy: `Give the identity of the kubeconfig these rights: deploy/${facts.role}/plan.yaml has them.`,
    command: `kubectl --context ${facts.cluster} apply -f deploy/${facts.role}/`,
  });
}

function previewCheck(facts: RightsFacts, missing: readonly Right[]): DoctorCheck | undefined {
  if (missing.length === 0) return undefined;
  return check('rights', facts.cluster, 'remark', `may not try writes, so changes are not previewed: ${words(missing)}`, {
    ...more(facts, missing),
    remedy: `deploy/${facts.role}/plan-dry-run.yaml has these rights, with a policy that lets nothing be stored.`,
  });
}

/** Who may write nothing is an identity for plans; who may write some of it was meant to write all. */
function applyCheck(facts: RightsFacts, missing: (to: RightsTo) => Right[]): DoctorCheck | undefined {
  const { cluster, needed, role, environment } = facts;
  const others = new Set([...needed.plan, ...needed.preview].map(rightKey));
  const writes = needed.apply.filter((right) => !others.has(rightKey(right)));
  const lacked = missing('apply').filter((right) => !new Set(needed.plan.map(rightKey)).has(rightKey(right)));
  if (lacked.length === 0) return undefined;
  const lackedKeys = new Set(lacked.map(rightKey));
  if (writes.every((right) => lackedKeys.has(rightKey(right))))
    return check('rights', cluster, 'remark', 'may plan and not apply', {
      ...more(facts, lacked),
      remedy: `The environment ${environment} needs a kubeconfig of its own, of an identity with the rights of deploy/${role}/apply.yaml.`,
    });
  return check('rights', cluster, 'to-do', `may not do all that an apply needs: ${words(lacked)}`, {
    ...more(facts, lacked),
    remedy: `Give the identity of the kubeconfig these rights: deploy/${role}/apply.yaml has them.`,
  });
}

function smokeCheck(facts: RightsFacts, lacked: readonly Right[]): DoctorCheck | undefined {
  const missing = withoutAlternatives(lacked);
  if (missing.length === 0) return undefined;
  return check('rights', facts.cluster, 'remark', `may not run the smoke test: ${words(missing)}`, {
    ...more(facts, missing),
    remedy: `deploy/${facts.role}/smoke.yaml has these rights; an apply runs the smoke test with its own identity.`,
  });
}

/** By exec or by logs, all pods of a namespace at once or one by one: one of them is enough. */
function withoutAlternatives(missing: readonly Right[]): readonly Right[] {
  const ways = ['exec', 'log'];
  const lacks = (way: string) => missing.some(({ subresource }) => subresource === way);
  const needed = missing.filter(({ verb }) => verb !== 'deletecollection');
  return ways.every(lacks) ? needed : needed.filter(({ subresource = '' }) => !ways.includes(subresource));
}

/** As many as a person reads; the document has all. */
const SHOWN = 6;

function words(missing: readonly Right[]): string {
  const all = rightWords(missing);
  return `${all.slice(0, SHOWN).join('; ')}${all.length > SHOWN ? `; and ${all.length - SHOWN} more` : ''}`;
}
