import { clusterContract } from '../../support/cluster-contract.ts';
import { memoryCn2 } from '../../support/memory-cn2.ts';

const { central } = memoryCn2();
clusterContract(() => central);
