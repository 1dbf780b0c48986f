import { applyCommand } from '../commands/apply.ts';
import type { Options, Ports } from '../commands/context.ts';
import { outPath, planCommand } from '../commands/plan.ts';
import { renderCommand } from '../commands/render.ts';
import { smokeCommand } from '../commands/smoke.ts';
import { validateCommand } from '../commands/validate.ts';
import type { Condition } from '../model/outcome.ts';
import type { Style } from '../model/style.ts';
import type { Invocation } from './arguments.ts';
import { type Document, report } from './reports.ts';
import { VERSION } from './version.ts';

/** Runs a command and puts its document into the asked format. */
export async function runInvocation(
  invocation: Invocation,
  ports: Ports,
  options: Options & { local(path: string): string },
  style: Style,
): Promise<{ text: string; conditions: Condition[] }> {
  const { made, conditions } = await run(invocation, ports, options);
  return { text: report(made, invocation.text('format') ?? 'text', style, VERSION), conditions };
}

async function run(
  invocation: Invocation,
  ports: Ports,
  options: Options & { local(path: string): string },
): Promise<{ made: Document; conditions: Condition[] }> {
  const lock = () => ({ lockTtl: invocation.number('lock-ttl'), lockTimeout: invocation.number('lock-timeout') });
  switch (invocation.command.name) {
    case 'validate': {
      const { document, conditions } = await validateCommand(ports, { ...options, live: invocation.on('live') });
      return { made: { kind: 'findings', document }, conditions };
    }
    case 'render': {
      const { document, conditions } = await renderCommand(ports, { ...options, check: invocation.on('check') });
      return { made: { kind: 'render', document }, conditions };
    }
    case 'plan': {
      const out = invocation.text('out');
      const { document, conditions } = await planCommand(ports, {
        ...options,
        offline: invocation.on('offline'),
        ...(out === undefined ? {} : { out: outPath(options.local(out)) }),
      });
      return { made: { kind: 'plan', document }, conditions };
    }
    case 'apply': {
      const plan = invocation.text('plan');
      const { document, conditions } = await applyCommand(ports, {
        ...options,
        ...lock(),
        plan: plan === undefined ? `${options.rendered}/plan.json` : options.local(plan),
        gateTimeout: invocation.number('gate-timeout'),
      });
      return { made: { kind: 'apply', document }, conditions };
    }
    case 'smoke': {
      const { document, conditions } = await smokeCommand(ports, { ...options, ...lock() });
      return { made: { kind: 'smoke', document }, conditions };
    }
    default:
      throw new Error(`command ${invocation.command.name} has no implementation`);
  }
}
