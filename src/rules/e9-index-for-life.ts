import { placeOf } from '../declare/place.ts';
import { distributedOf } from './clusters.ts';
import { finding, type Rule } from './rule.ts';

/** An index of its own, not the position in the list: removing an entry would renumber every later cluster. */
export const indexForLife: Rule = {
  id: 'E9',
  sentence: 'Each distributed cluster has its own permanent index: its listenerPort and route target number follow from it.',
  remedy: 'Take the next unused index, and never one that another cluster once had.',
  source: 'derived',
  judgeDeclaration({ fleet, source }) {
    const owners = new Map<number, { name: string; at: string }>();
    const highest = Math.max(-1, ...fleet.distributed.map(({ index }) => index).filter(Number.isSafeInteger));
    return distributedOf(fleet).flatMap(({ cluster: { index, name }, at }) => {
      // NaN stands for an index with a schema finding.
      if (!Number.isSafeInteger(index)) return [];
      const owner = owners.get(index);
      if (!owner) {
        owners.set(index, { name, at });
        return [];
      }
      return [
        finding(this, placeOf(source, `${at}/index`), `index ${index} of ${name} is already the index of ${owner.name}`, {
          remedy: `${highest + 1} is unused here. ${this.remedy}`,
          related: [{ ...placeOf(source, `${owner.at}/index`), message: `index of ${owner.name}` }],
        }),
      ];
    });
  },
};
