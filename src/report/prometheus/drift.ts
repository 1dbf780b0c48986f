import type { DriftCluster, DriftDocument } from '../../model/drift.ts';
import type { Finding, Severity } from '../../model/finding.ts';
import { isUndeclared, isUnseen } from '../../rules/conditions.ts';
import { KINDS_OF_DRIFT } from '../drift-words.ts';
import { exposition, type Metric, type Sample } from './exposition.ts';

const SEVERITIES = Object.keys({ error: 1, warning: 1, info: 1 } satisfies Record<Severity, 1>) as Severity[];

/** A look for drift as metrics. A cluster that could not be judged has no counts of zero: it is not known to be clean. */
export function driftPrometheus(document: DriftDocument & { findings: readonly Finding[] }): string {
  return exposition([...fleetMetrics(document), ...clusterMetrics(document)]);
}

function fleetMetrics(document: DriftDocument & { findings: readonly Finding[] }): Metric[] {
  const { fleet, findings } = document;
  const one = (value: number | boolean): Sample[] => [{ labels: { fleet }, value }];
  return [
    {
      name: 'cn2_fleet_drift_complete',
      help: 'Whether every cluster answered and every object was compared (1) or not (0).',
      samples: one(document.complete && !findings.some(isUnseen)),
    },
    {
      name: 'cn2_fleet_drift_emulated',
      help: 'Whether a lab stands in for CN2 (1) or not (0).',
      samples: one(document.emulated === true),
    },
    {
      name: 'cn2_fleet_drift_proposal_pending',
      help: 'Whether the declaration is newer than what was rendered (1) or not (0).',
      samples: one(document.proposalPending),
    },
    {
      name: 'cn2_fleet_drift_undeclared',
      help: 'Findings about what is there with the marks of the fleet and not declared: drift as well.',
      samples: one(findings.filter(isUndeclared).length),
    },
    {
      name: 'cn2_fleet_drift_findings',
      help: 'Findings by severity; an error is drift, or a reason why something was not compared.',
      samples: SEVERITIES.map((severity) => ({
        labels: { fleet, severity },
        value: findings.filter((finding) => finding.severity === severity).length,
      })),
    },
  ];
}

function clusterMetrics({ fleet, clusters }: DriftDocument): Metric[] {
  return [
    {
      name: 'cn2_fleet_cluster_judged',
      help: 'Whether a cluster could be compared (1) or not (0).',
      samples: clusters.map(({ name, status }) => ({ labels: { fleet, cluster: name }, value: status === 'known' })),
    },
    {
      name: 'cn2_fleet_drift_changes',
      help: 'Objects that differ from what was approved, by kind of drift; no zeros for a cluster that could not be compared.',
      samples: clusters.flatMap((cluster) => changeSamples(fleet, cluster)),
    },
    {
      name: 'cn2_fleet_drift_awaiting_apply',
      help: 'Objects whose change is approved and not applied yet: no drift so far.',
      samples: clusters.map(({ name, changes }) => ({
        labels: { fleet, cluster: name },
        value: changes.filter(({ awaitingApply }) => awaitingApply === true).length,
      })),
    },
  ];
}

function changeSamples(fleet: string, { name, status, changes }: DriftCluster): Sample[] {
  const drifted = changes.filter(({ awaitingApply }) => awaitingApply !== true);
  return KINDS_OF_DRIFT.map((kind) => ({
    labels: { fleet, cluster: name, kind_of_drift: kind },
    value: drifted.filter(({ kindOfDrift }) => kindOfDrift === kind).length,
  })).filter(({ value }) => status === 'known' || value > 0);
}
