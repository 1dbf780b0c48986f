import { placeOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import { routerSelectionFindings } from './router-selection.ts';
import { finding, type Rule } from './rule.ts';

/** The renderer makes selectors of networks so that each matches; those of routers are by the labels that are declared for them. */
export const connectionsConnect: Rule = {
  id: 'E26',
  sentence:
    'A mesh joins at least two networks; a hub-spoke connection has at least one hub and one spoke; the labels of each router single it out for those that import it.',
  remedy: 'Add the missing network, or remove the connection.',
  source: 'documented',
  judgeDeclaration(input) {
    const { fleet, source } = input;
    const sizes = fleet.connections.flatMap((connection, index) => {
      const at = pointer('connections', index);
      const place = (key: string) => placeOf(source, `${at}/${key}`, `${at}/type`, at);
      if (connection.type === 'mesh') {
        const count = new Set(connection.networks).size;
        const message = `mesh ${connection.name} joins ${count === 1 ? 'only one network' : 'no networks'}`;
        return count < 2 ? [finding(this, place('networks'), message)] : [];
      }
      return (['hubs', 'spokes'] as const)
        .filter((role) => connection[role].length === 0)
        .map((role) => finding(this, place(role), `hub-spoke ${connection.name} has no ${role}`));
    });
    return [...sizes, ...routerSelectionFindings(this, input)];
  },
};
