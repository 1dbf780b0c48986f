import { nearest } from '../declare/nearest.ts';
import { keyPlaceOf, placeOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet, LoweredRule } from '../model/fleet.ts';
import { ownMember } from '../model/json-object.ts';
import { finding, type Rule } from './rule.ts';

/**
 * The rules that a declaration may lower. They look at what a live cluster is besides CN2, its owner may know better, and where the
 * owner is wrong that cluster does not come up. All others keep two clusters from being mixed up, something from being overwritten
 * or removed, or a credential from being given away.
 */
export const LOWERABLE: readonly string[] = ['E3', 'E15', 'E16', 'E18', 'E23', 'E29', 'E31'];

const DAY_MS = 86_400_000;

/** An exception is in the file, where everybody may read why. */
export const declaredSeverity: Rule = {
  id: 'severity',
  sentence: `Only ${LOWERABLE.slice(0, -1).join(', ')} and ${LOWERABLE.at(-1)} may be lowered to warnings by severity: nothing is destroyed where their owner is wrong about the cluster.`,
  remedy: 'Take it out of severity, and do what the finding of that rule says.',
  source: 'derived',
  judgeDeclaration({ fleet, source }) {
    return Object.keys(fleet.severity ?? {})
      .filter((rule) => !LOWERABLE.includes(rule))
      .map((rule) => {
        const meant = /^E\d+$/.test(rule) ? undefined : nearest(rule, LOWERABLE);
        return finding(
          this,
          keyPlaceOf(source, pointer('severity', rule)),
          `rule ${rule} may not be lowered: it guards what would be destroyed, overwritten or mixed up`,
          { remedy: meant === undefined ? `${this.remedy} May be lowered: ${LOWERABLE.join(', ')}.` : `Did you mean ${meant}?` },
        );
      });
  },
};

/**
 * Findings with the severity that the declaration gives their rules: errors become warnings that name the reason, up to the end of the
 * day `until` (UTC). After that they are errors again, and a warning says why. `now`: milliseconds since the epoch.
 */
export function lowered(
  findings: readonly Finding[],
  { fleet, source, now }: { fleet: Fleet; source?: SourceMap | undefined; now: number },
): Finding[] {
  const { severity = {} } = fleet;
  const ofRule = (rule: string) =>
    LOWERABLE.includes(rule) ? (ownMember(severity, rule) as LoweredRule | undefined) : undefined;
  const judged = findings.map((one): Finding => {
    const by = ofRule(one.rule);
    if (by === undefined || one.severity !== 'error' || isOver(by, now)) return one;
    return { ...one, severity: by.level, message: `${one.message} (lowered by severity.${one.rule}: ${by.reason})` };
  });
  const ended = [...new Set(findings.filter((one) => one.severity === 'error').map(({ rule }) => rule))].flatMap((rule) => {
    const by = ofRule(rule);
    if (by === undefined || !isOver(by, now)) return [];
    const place = source && placeOf(source, pointer('severity', rule, 'until'));
    return [
      finding(declaredSeverity, place, `severity.${rule} ended with ${by.until}: ${rule} is an error again`, {
        severity: 'warning',
        remedy: `Do what the finding of ${rule} says, or give a later date.`,
      }),
    ];
  });
  return [...judged, ...ended];
}

function isOver({ until }: LoweredRule, now: number): boolean {
  return until !== undefined && !(now < Date.parse(`${until}T00:00:00Z`) + DAY_MS);
}
