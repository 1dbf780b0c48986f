import { beforeAll, describe } from '@jest/globals';
import { ClientSideCluster } from '../../../src/client-side/client-side-cluster.ts';
import { AGGREGATED_MAPS } from '../../support/aggregated.ts';
import { clusterContract } from '../../support/cluster-contract.ts';
import { LIMITS, limitedCluster } from '../../support/limited-cluster.ts';
import { memoryCn2 } from '../../support/memory-cn2.ts';

const { central } = memoryCn2();
clusterContract(() => central);

describe.each(LIMITS)('an API with %s', (_, switches) => {
  const { central: server } = memoryCn2();
  const beneath = limitedCluster(server, switches);
  const cluster = new ClientSideCluster(beneath);
  beforeAll(() => server.serve(AGGREGATED_MAPS));
  clusterContract(() => cluster, { maps: AGGREGATED_MAPS, switches, beneath: () => beneath });
});
