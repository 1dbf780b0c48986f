import { DEFAULT_NETWORK_LABEL } from '../cn2/names.ts';
import { placeOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import { sameLabels } from '../declare/router-ref.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { FilePosition, Finding } from '../model/finding.ts';
import { type PlannedRouter, plannedRouters } from '../render/planned-routers.ts';
import { carriesAll } from '../render/selectors.ts';
import { type DeclarationInput, finding, type Rule } from './rule.ts';

/** Findings of `rule` on routers that their partners cannot import, or not without importing others as well. */
export function routerSelectionFindings(rule: Rule, { fleet, source }: DeclarationInput): Finding[] {
  const routers = plannedRouters(fleet);
  const importers = importersOf(routers);
  const neighbours = Map.groupBy(routers, ({ central }) => central);
  // Of two with the same labels each is taken with the other: that is one fault.
  const reported = new Set<PlannedRouter>();
  const selections = routers.flatMap((router) => defaultFindings(rule, router, { fleet, source }));
  const imports = routers.flatMap((router) => {
    const by = importers.get(router) ?? [];
    const [first] = by;
    if (first === undefined) return [];
    const place = placeOfRouter(router, source);
    if (Object.keys(router.labels).length === 0) {
      const message = `router ${router.name} has no labels, so ${first.name} cannot import it`;
      return [finding(rule, place, message, { remedy: 'Give it a label of its own, or leave labels out.' })];
    }
    // Two of one name are a finding of rule duplicate.
    const alike = (neighbours.get(router.central) ?? []).filter(
      (other) => other.name !== router.name && carriesAll(other.labels, router.labels),
    );
    return alike.flatMap((other) => {
      if (reported.has(other) && sameLabels(other.labels, router.labels)) return [];
      const importer = by.find((each) => !each.imports.includes(other) && !isHarmless(each, other));
      if (importer === undefined) return [];
      reported.add(router);
      const message = `${importer.name} cannot import router ${router.name} alone: ${other.name} has all of its labels`;
      const remedy = 'Give the two different labels.';
      const related = [{ ...placeOfRouter(other, source), message: 'the other router' }];
      return [finding(rule, place, message, { remedy, related })];
    });
  });
  return [...selections, ...imports];
}

/** A router selects default networks by CN2's own label, which nothing else in the namespace may carry, and declared ones by another. */
function defaultFindings(rule: Rule, router: PlannedRouter, { fleet, source }: DeclarationInput): Finding[] {
  if (router.defaults.length === 0) return [];
  if (router.networks.length > 0) {
    const message = `router ${router.name} joins default networks and declared ones, which no label selects together`;
    return [
      finding(rule, placeOfRouter(router, source), message, { remedy: 'Give the default networks a router of their own.' }),
    ];
  }
  return fleet.networks.flatMap(({ cluster, namespace, name, labels }, index) => {
    const value = labels[DEFAULT_NETWORK_LABEL];
    if (cluster !== router.cluster || namespace !== router.namespace || !router.defaults.includes(value ?? '')) return [];
    const place = placeOf(source, pointer('networks', index, 'labels', DEFAULT_NETWORK_LABEL));
    const message = `network ${name} has the label by which router ${router.name} selects ${value}`;
    return [finding(rule, place, message, { remedy: 'Remove the label: it is for the networks that CN2 makes.' })];
  });
}

/** A mesh router that imports itself joins networks that it joins already. */
function isHarmless(importer: PlannedRouter, other: PlannedRouter): boolean {
  return importer === other && importer.role === 'mesh';
}

function importersOf(routers: readonly PlannedRouter[]): Map<PlannedRouter, PlannedRouter[]> {
  const importers = new Map<PlannedRouter, PlannedRouter[]>();
  for (const importer of routers) {
    for (const imported of importer.imports) {
      const known = importers.get(imported);
      if (known === undefined) importers.set(imported, [importer]);
      else known.push(importer);
    }
  }
  return importers;
}

function placeOfRouter({ places: [first] }: PlannedRouter, source: SourceMap): FilePosition {
  const connection = pointer('connections', first?.connection ?? 0);
  const declared = connection + pointer('routers', first?.id ?? '');
  return placeOf(source, `${declared}/labels`, declared, `${connection}/name`, connection);
}
