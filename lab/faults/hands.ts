import type { KubeClient } from '../cn2/control/client.ts';
import type { NodeProvider } from '../kind/provider.ts';

/** What acts are done with. */
export interface Hands {
  provider: NodeProvider;
  /** The API of a cluster as its administrator. */
  client(cluster: string): Promise<KubeClient>;
  /** Where archives of images may lie. */
  folder: string;
}

/** How acts of one kind are done and taken back; both any number of times. */
export interface Mechanism<Of> {
  perform(act: Of, hands: Hands): Promise<void>;
  takeBack(act: Of, hands: Hands): Promise<void>;
}
