/** Addresses from one to another, both included. */
export interface AddressRange {
  /** Collection that it belongs to; default: default. */
  key?: string;
  from: string;
  to: string;
}

export interface NetworkFamily {
  cidr: string;
  gateway?: string;
  /** Name of the Subnet object. */
  subnet: string;
  /** What CN2 gives out of the subnet; absent: all of it. */
  ranges?: AddressRange[];
  /** Name servers. */
  dns?: string[];
}

/** Fields of the VirtualNetwork that have a key of their own; what is left out stays with CN2. */
export interface NetworkSettings {
  /** May be the primary network of pods. */
  podNetwork?: boolean;
  /** Pods reach the underlay through an address of their node. */
  fabricSNAT?: boolean;
  /** Its addresses are routed in the underlay: nothing isolates it there. */
  fabricForwarding?: boolean;
  /** Route targets (target:64512:1000) that it both imports and exports. */
  routeTargets?: string[];
  importRouteTargets?: string[];
  exportRouteTargets?: string[];
  forwardingMode?: 'l2_l3' | 'l2' | 'l3';
  /** Reverse path forwarding. */
  rpf?: 'enable' | 'disable';
  /** VXLAN network identifier; CN2 chooses one where it is left out. */
  vni?: number;
}
