import { execFile } from 'node:child_process';

/** Runs a program to its end. `output` is what it wrote, both streams; one that is not there has code 127. Never rejects. */
export function run(
  program: string,
  words: readonly string[],
  options: { cwd?: string; input?: string } = {},
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      program,
      words,
      { ...(options.cwd === undefined ? {} : { cwd: options.cwd }), maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const output = `${stdout}${stderr}`.trim();
        const code = (error as { code?: unknown } | null)?.code;
        if (code === 'ENOENT') resolve({ code: 127, output: `${program} is not installed` });
        else
          resolve({ code: error === null ? 0 : typeof code === 'number' ? code : 1, output: output || (error?.message ?? '') });
      },
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input ?? '');
  });
}
