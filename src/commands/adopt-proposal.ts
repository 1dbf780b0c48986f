import { checkoutOf } from '../checkout/checkout.ts';
import { prepare } from '../checkout/prepare.ts';
import { rootsOf } from '../declare/roots.ts';
import type { Attention } from '../model/attention.ts';
import { present } from '../model/present.ts';
import type { ProposalResult } from '../model/propose.ts';
import { adoptionBranch, keepAdoption } from '../proposal/adoption.ts';
import { baseCommit, type ProposalPorts } from '../proposal/base-commit.ts';
import { adoptionTitle } from '../report/adoption-words.ts';
import { adoptionMarkdown } from '../report/markdown/adoption.ts';
import { title } from '../report/markdown/escape.ts';
import { NAME_LENGTH } from '../report/plan-verdict.ts';
import type { AdoptResult } from './adopt.ts';
import type { Options, Ports } from './context.ts';

/** What the pull request is about, beside what was adopted. */
export interface AdoptProposalOptions extends Options {
  /** The issue that asked for it, and the cluster that it is about. */
  asked?: { issue: number; cluster: string };
  footer?: string;
  /** Labels and assignees of the pull request. */
  attention?: Attention;
}

/**
 * Brings what was adopted to GitHub, as a pull request on the branch that proposals are made from. Nothing adopted: nothing is written.
 * Throws ForgeError, RepositoryError and UserError.
 */
export async function proposeAdoption(
  ports: Ports & ProposalPorts,
  { document, texts }: AdoptResult,
  options: AdoptProposalOptions,
): Promise<ProposalResult> {
  const { asked, footer, attention } = options;
  const branch = adoptionBranch(document.fleet, asked?.cluster);
  if (Object.keys(texts).length === 0) return { operation: 'none', branch };
  const checkout = checkoutOf(ports.files, options);
  const base = await baseCommit(ports, checkout, await prepare(checkout));
  if (base.outdated !== undefined) {
    ports.reporter.progress({ type: 'warning', text: base.outdated });
    return { operation: 'outdated', branch };
  }
  const roots = rootsOf(options, await ports.repository.prefix());
  return keepAdoption(ports.forge, {
    fleet: document.fleet,
    ...present({ cluster: asked?.cluster, footer, attention }),
    base,
    title: adoptionTitle(document.adoption, (name) => title(name, NAME_LENGTH)),
    body: adoptionMarkdown(document.adoption, asked?.issue),
    write: Object.fromEntries(Object.entries(texts).map(([path, text]) => [roots.fromTop(path), text])),
  });
}
