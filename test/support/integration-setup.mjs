import { ApiKeeper } from './api-keeper.ts';

/** Keeps API servers for the test files of this run. */
export default async function setup() {
  globalThis.apiKeeper = await ApiKeeper.start();
  process.env.CN2_FLEET_API_KEEPER = globalThis.apiKeeper.socket;
}
