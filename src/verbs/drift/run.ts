import { adoptCommand } from '../../commands/adopt.ts';
import { proposeAdoption } from '../../commands/adopt-proposal.ts';
import { type DriftResult, driftCommand } from '../../commands/drift.ts';
import type { Fleet } from '../../model/fleet.ts';
import { present } from '../../model/present.ts';
import { driftPage } from '../../page/drift-page.ts';
import { publishDrift } from '../../publish/drift.ts';
import { attempt, runFooter, type Sinks } from '../../publish/sinks.ts';
import { publishUnseen } from '../../publish/unseen.ts';
import { SUMMARY_BUDGET } from '../../report/markdown/budget.ts';
import { driftMarkdown } from '../../report/markdown/drift.ts';
import { driftPrometheus } from '../../report/prometheus/drift.ts';
import { adoptionText } from '../../report/text/adoption.ts';
import { driftText } from '../../report/text/drift.ts';
import { attentionOf } from '../attention.ts';
import type { NamesOf, Outputs } from '../outputs.ts';
import { planOutputs } from '../plan-outputs.ts';
import type { Ended, Run, Shown } from '../verb.ts';
import type { OUTPUTS } from './outputs.ts';

type DriftDocument = DriftResult['document'];
/** The fleet that was compared, for its drawing. */
interface Details {
  fleet?: Fleet;
}

type Name = NamesOf<typeof OUTPUTS>;

/** Compares what was approved with what is there, and with --publish keeps an issue per cluster that differs. */
export async function run(of: Run): Promise<Ended<DriftDocument, Details, Name>> {
  const { ports, options, around, invocation } = of;
  if (invocation.on('adopt')) return adopted(of);
  const attention = attentionOf(invocation);
  const { result, maxAge, approved } = await driftCommand(ports, { ...options, repository: around.repository });
  const { document: found, conditions } = result;
  const sinks = around.github;
  const outputs = planOutputs(found);
  const details = present({ fleet: approved?.fleet });
  if (sinks === undefined || ports.signal.aborted) return { document: found, conditions, details, outputs, failures: [] };
  const now = ports.clock.now();
  const { document, ...drifted } = await publishDrift(sinks, found, now, attention);
  const warn = (text: string) => ports.reporter.progress({ type: 'warning', text });
  const unseen = await publishUnseen(sinks, document, {
    now,
    warn,
    failures: drifted.failures,
    ...present({ maxAge, attention, footer: runFooter(sinks.origin) }),
  });
  const issues = [...(drifted.issues ?? []), ...(unseen.issues ?? [])].join(',');
  return { document, conditions, details, outputs: { ...outputs, issues }, failures: unseen.failures };
}

/** The same, and the declaration is edited: here, or with --publish as a pull request. */
async function adopted({ ports, options, around, invocation }: Run): Promise<Ended<DriftDocument, Details, Name>> {
  const asked = { ...options, repository: around.repository };
  const looked = await driftCommand(ports, asked);
  const details = present({ fleet: looked.approved?.fleet });
  const sinks = around.github;
  if (sinks === undefined) {
    const { document, conditions } = await adoptCommand(ports, asked, looked);
    return { document, conditions, details, outputs: planOutputs(document), failures: [] };
  }
  const attention = attentionOf(invocation);
  const published = await publishDrift(sinks, looked.result.document, ports.clock.now(), attention);
  const wanted = askedFor(sinks, published.issueOf);
  if (wanted !== undefined && wanted.cluster === undefined)
    ports.reporter.progress({
      type: 'warning',
      text: `issue ${wanted.issue} is about no drift of this fleet that is there now: nothing is adopted for it`,
    });
  const found = { ...looked, result: { ...looked.result, document: published.document } };
  const clusters = wanted === undefined ? undefined : wanted.cluster === undefined ? [] : [wanted.cluster];
  const result = await adoptCommand(ports, { ...asked, keepFiles: true, ...present({ clusters }) }, found);
  const { cluster, issue } = wanted ?? {};
  const about = cluster === undefined || issue === undefined ? undefined : { cluster, issue };
  const pullRequest = await attempt(published, () =>
    proposeAdoption({ ...ports, forge: sinks.forge, repository: around.repository }, result, {
      ...options,
      ...present({ asked: about, footer: runFooter(sinks.origin), attention }),
    }),
  );
  const { document } = result;
  const adoption = { ...document.adoption, ...present({ pullRequest }) };
  const outputs: Outputs<Name> = {
    ...planOutputs(document),
    ...present({
      issues: published.issues?.join(','),
      'pull-request-number': pullRequest?.number?.toString(),
      'pull-request-url': pullRequest?.url,
    }),
  };
  return { document: { ...document, adoption }, conditions: result.conditions, details, outputs, failures: published.failures };
}

/** The issue that the run was started from, and the cluster that it is about. */
function askedFor(
  { origin: { issue } }: Sinks,
  issueOf: ReadonlyMap<string, number>,
): { issue: number; cluster?: string } | undefined {
  if (issue === undefined) return undefined;
  const cluster = [...issueOf].find(([, number]) => number === issue)?.[0];
  return { issue, ...present({ cluster }) };
}

export const shown: Shown<DriftDocument, Details> = {
  text: (document, style) =>
    [
      driftText(document, document.findings, style),
      ...(document.adoption === undefined ? [] : [adoptionText(document.adoption, style)]),
    ].join('\n'),
  markdown: (document) => driftMarkdown(document),
  prometheus: driftPrometheus,
  html: (document, details, version) => driftPage(document, details?.fleet, version),
  summary: (document) => driftMarkdown(document, SUMMARY_BUDGET),
};
