import { spawn } from 'node:child_process';
import { ConstantAnswers } from './constant.ts';

export interface GitResult {
  exitCode: number;
  stdout: Buffer;
  stderr: string;
}

export interface GitOptions {
  input?: string | Buffer;
  env?: Record<string, string>;
}

/** A bare repository, and git in it. */
export interface Git {
  readonly folder: string;
  /** Standard output as text, without the last line end; rejects with git's words on failure. */
  run(args: readonly string[], options?: GitOptions): Promise<string>;
  /** Whatever it ended with. */
  attempt(args: readonly string[], options?: GitOptions): Promise<GitResult>;
}

/** Nothing of the host's or the user's git configuration counts here. */
export const GIT_ENVIRONMENT: Record<string, string> = {
  PATH: process.env.PATH ?? '',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
};

const answers = new ConstantAnswers();

export function gitIn(folder: string): Git {
  const attempt = (args: readonly string[], options: GitOptions = {}) =>
    answers.of(folder, args, options, () => start(['--git-dir', folder, '-c', 'core.quotePath=false', ...args], options));
  return {
    folder,
    attempt,
    async run(args, options) {
      const result = await attempt(args, options);
      if (result.exitCode !== 0)
        throw new Error(`git ${args.slice(0, 3).join(' ')} ended with ${result.exitCode}: ${result.stderr}`);
      return result.stdout.toString('utf8').replace(/\n$/, '');
    },
  };
}

function start(args: readonly string[], options: GitOptions): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, { env: { ...GIT_ENVIRONMENT, ...options.env }, stdio: ['pipe', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdin.on('error', () => {}); // git may end before it has read all
    child.stdin.end(options.input ?? '');
    child.once('error', (cause) => reject(new Error('git is needed on PATH', { cause })));
    child.once('close', (code) => resolve({ exitCode: code ?? 128, stdout: Buffer.concat(output), stderr }));
  });
}
