/**
 * What the bundle has of undici: its Agent, without its fetch, mocks, caches and interceptors, which make up a third of it and of
 * the time it takes to load. As undici's own index.js puts them together.
 */
import api from 'undici/lib/api/index.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';

Object.assign(Dispatcher.prototype, api);

/** ProxyAgent: for @actions/http-client, which imports it. */
export { Agent, ProxyAgent };
