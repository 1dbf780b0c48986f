/** Ends the API servers that were kept. */
export default async function teardown() {
  await globalThis.apiKeeper?.[Symbol.asyncDispose]();
}
