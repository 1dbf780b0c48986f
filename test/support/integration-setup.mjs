import { ApiKeeper } from './api-keeper.ts';

/** Keeps API servers for the test files of this run, unless whoever started it does. */
export default async function setup() {
  if (process.env.CN2_FLEET_API_KEEPER !== undefined) return;
  globalThis.apiKeeper = await ApiKeeper.start();
  process.env.CN2_FLEET_API_KEEPER = globalThis.apiKeeper.socket;
}
