import { parse } from 'yaml';
import { CONTRAIL_NAMESPACE } from '../cn2/names.ts';
import { type Address, type Cidr, parseAddress, parseCidr } from '../declare/cidr.ts';
import { isFields } from '../model/json-object.ts';
import type { Manifest } from '../model/manifest.ts';

const NAME = 'contrail-network-config';
/** The key of its data that CN2 reads. */
export const CONFIG_KEY = 'networkConfig';

/** One entry of controlDataNetworks; values that are none have a problem of their own. */
export interface ControlDataNetwork {
  subnet: Cidr;
  /** As it is written. */
  text: string;
  gateway?: Address;
}

/** Whether a manifest says on which interfaces the vRouters of its cluster are. */
export function isNetworkConfig({ object }: Manifest): boolean {
  const { name, namespace } = object.metadata;
  return object.apiVersion === 'v1' && object.kind === 'ConfigMap' && name === NAME && namespace === CONTRAIL_NAMESPACE;
}

/** What a network configuration says, and what is wrong with its form. */
export function readNetworkConfig({ object }: Manifest): { networks: ControlDataNetwork[]; problems: string[] } {
  const data = isFields(object['data']) ? object['data'] : {};
  const text = data[CONFIG_KEY];
  if (typeof text !== 'string') return { networks: [], problems: [`has no key ${CONFIG_KEY}, which CN2 reads`] };
  const value = parsed(text);
  const list = isFields(value) ? value['controlDataNetworks'] : undefined;
  if (!Array.isArray(list) || list.length === 0)
    return { networks: [], problems: [`holds no list controlDataNetworks in ${CONFIG_KEY}`] };
  const problems: string[] = [];
  const networks = list.flatMap((entry: unknown, index): ControlDataNetwork[] => {
    const { subnet: written, gateway: via } = isFields(entry) ? entry : {};
    const subnet = typeof written === 'string' ? parseCidr(written) : undefined;
    if (subnet === undefined || typeof written !== 'string') {
      problems.push(`has no subnet in entry ${index + 1} of controlDataNetworks`);
      return [];
    }
    const gateway = typeof via === 'string' ? parseAddress(via) : undefined;
    if (gateway === undefined) problems.push(`has no gateway for ${written}`);
    return [{ subnet, text: written, ...(gateway === undefined ? {} : { gateway }) }];
  });
  return { networks, problems };
}

/** A text that is not YAML holds nothing. */
function parsed(text: string): unknown {
  try {
    return parse(text, { prettyErrors: false, logLevel: 'silent' });
  } catch {
    return undefined;
  }
}
