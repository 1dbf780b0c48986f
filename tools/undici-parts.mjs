/**
 * What the bundle has of undici: the dispatchers, without its fetch, mocks, caches and interceptors, which make up a third of it and of
 * the time it takes to load. As undici's own index.js puts them together.
 */
import api from 'undici/lib/api/index.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';
import Socks5ProxyAgent from 'undici/lib/dispatcher/socks5-proxy-agent.js';

Object.assign(Dispatcher.prototype, api);

/** Node's own, for parts of client-node that import undici's. */
export function fetch(...input) {
  return globalThis.fetch(...input);
}

export { Agent, ProxyAgent, Socks5ProxyAgent };
