import {
  type AggregatedApiServer,
  type AggregatedOptions,
  startAggregatedApiServer,
} from '../../lab/apiserver/aggregated/start.ts';
import { definitionsIn } from '../../lab/cn2/control/objects.ts';
import { crdFiles } from '../../lab/cn2/crds/files.ts';
import type { KubernetesObject, Resource } from '../../src/model/kubernetes.ts';
import { definition } from './cn2-definitions.ts';

/** CN2's core kinds of a release, by its image tag. */
function coreDefinitions(tag = '22.2.0.93'): KubernetesObject[] {
  return definitionsIn(crdFiles(tag).core);
}

/** A central cluster's API server whose core kinds are served by another one behind it, as real ones are. */
export function startAggregatedCore(options: Omit<AggregatedOptions, 'definitions'>): Promise<AggregatedApiServer> {
  return startAggregatedApiServer({ ...options, definitions: coreDefinitions() });
}

/** A kind with the fields of a ConfigMap, for what a suite does with ConfigMaps elsewhere, and a list of entries that have names. */
export const AGGREGATED_MAPS: Resource = {
  group: 'contract.cn2-fleet.example',
  version: 'v1',
  kind: 'DataMap',
  plural: 'datamaps',
  namespaced: true,
};

/** An API server behind which another one serves AGGREGATED_MAPS: the contract of clusters runs on both. */
export function startAggregatedMaps(options: Omit<AggregatedOptions, 'definitions'>): Promise<AggregatedApiServer> {
  const { group, kind, plural, version } = AGGREGATED_MAPS;
  // The last key that goes leaves null.
  const data = { type: 'object', nullable: true, additionalProperties: { type: 'string' } };
  const text = { type: 'string' };
  const entries = {
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
    items: { type: 'object', required: ['name'], properties: { name: text, value: text } },
  };
  return startAggregatedApiServer({ ...options, definitions: [definition(group, kind, plural, version, { data, entries })] });
}
