import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import type { Forge } from '../../src/ports/forge.ts';
import { type ForgeTwin, forgeTwin } from './forge-twin.ts';
import { type OpenApiRecorder, recordOpenApi } from './github-openapi.ts';

/**
 * A twin with a repository for the tests of one file, and a forge on it: given to `use` before the first of them. After each, what the
 * twin was asked and has answered must be as GitHub describes it, and nothing may have been asked that it does not know.
 */
export function checkedForge(use: (at: ForgeTwin, forge: Forge) => void): void {
  let at: ForgeTwin | undefined;
  let recorder: OpenApiRecorder | undefined;

  beforeAll(async () => {
    at = await forgeTwin();
    recorder = await recordOpenApi(at.twin);
    use(at, at.forge());
  }, 120_000);

  afterEach(() => {
    recorder?.assertValid();
    expect(at?.twin.unknown).toEqual([]);
  });

  afterAll(async () => {
    await at?.[Symbol.asyncDispose]();
  });
}
