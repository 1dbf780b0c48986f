import { type Address, parseAddress } from '../declare/cidr.ts';

/** The parts of a `server:` that other hosts connect to. */
export interface ServerAddress {
  scheme: string;
  /** Host name in lower case, or the address without brackets, as written. */
  host: string;
  /** Present when the host is an IP address. */
  address?: Address;
}

const SERVER = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?\/?$/;
const HIGHEST_PORT = 65535;

/**
 * Parses scheme://host:port (IPv6 in brackets). Undefined for anything else, so for credentials, paths and queries too: kubeconfigs
 * take them, but nothing that the other side should be handed has them.
 */
export function parseServer(text: string): ServerAddress | undefined {
  const match = SERVER.exec(text);
  if (!match) return undefined;
  const [, scheme, host, port] = match as unknown as [string, string, string, string | undefined];
  if (port !== undefined && (Number(port) === 0 || Number(port) > HIGHEST_PORT)) return undefined;
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  const address = parseAddress(bare);
  // 127.1 and 010.0.0.1 are numbers to some resolvers and names to others.
  if (!address && /^[0-9.]+$/.test(bare)) return undefined;
  return { scheme: scheme.toLowerCase(), host: bare, ...(address ? { address } : {}) };
}
