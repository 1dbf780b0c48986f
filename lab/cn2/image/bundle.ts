import { rolldown } from 'rolldown';

/** A TypeScript program and all it imports as one file for Node. Throws with the bundler's words. */
export async function bundle(entry: string): Promise<string> {
  const build = await rolldown({ input: entry, platform: 'node', logLevel: 'warn' });
  try {
    const { output } = await build.generate({ format: 'esm', codeSplitting: false });
    return output[0].code;
  } finally {
    await build.close();
  }
}
