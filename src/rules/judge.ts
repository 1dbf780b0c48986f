import { fillFleet } from '../declare/fill.ts';
import { sortFindings } from '../declare/order.ts';
import type { Declaration } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Manifest } from '../model/manifest.ts';
import { RULES } from './all-rules.ts';
import { judgePullSecretValue, type PullSecretInput } from './e21-pull-secret.ts';
import { judgeGone } from './removal.ts';
import type { LiveInput } from './rule.ts';

/** Rules that need only the file, sorted by position. Findings of reading the file are in declaration.findings, not here. */
export function judgeDeclaration({ fleet, source }: Declaration): Finding[] {
  if (!fleet) return [];
  return sortFindings(RULES.flatMap((rule) => rule.judgeDeclaration?.({ fleet, source }) ?? []));
}

/**
 * Clusters and namespaces that the committed fleet (rendered/fleet.json) has and the declaration has lost. Without a previous fleet
 * nothing can be lost.
 */
export function judgeRemoval(declaration: Declaration, previous: Fleet | undefined): Finding[] {
  // The committed file may have been edited by hand, which has its own finding: use whatever it contains.
  return previous ? sortFindings(judgeGone(declaration, fillFleet(previous))) : [];
}

/**
 * Rules on rendered objects and on the vendor's files, with places in `<folder>/<path>` (default folder: rendered) and in the
 * vendor's files. The vendor's tags and API versions are judged by the renderer (E22), not again here.
 */
export function judgeManifests(input: {
  declaration?: Declaration;
  fleet: Fleet;
  manifests: readonly Manifest[];
  vendorFiles: Readonly<Record<string, string>>;
  folder?: string;
}): Finding[] {
  const { declaration, fleet, manifests, vendorFiles, folder = 'rendered' } = input;
  const context = { fleet, manifests, vendorFiles, folder, ...(declaration ? { source: declaration.source } : {}) };
  return sortFindings(RULES.flatMap((rule) => rule.judgeManifests?.(context) ?? []));
}

/** Rules on live clusters. Facts that could not be read are not judged: the observer reports the cluster. */
export function judgeLive(input: LiveInput): Finding[] {
  return sortFindings(RULES.flatMap((rule) => rule.judgeLive?.(input) ?? []));
}

/** Rule E21 for the pull secret's value, which is never shown. */
export function judgePullSecret(input: PullSecretInput): Finding[] {
  return sortFindings(judgePullSecretValue(input));
}
