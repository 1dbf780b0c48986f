import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import type { KernelRoute } from './routes.ts';

/**
 * The network of one node: its routes, interfaces, rules and settings. Everything throws with the tool's own words. Each call
 * starts at most one process, because a node starts many pods at once.
 */
export interface Kernel {
  /** Lines for `ip -batch` on the node. `force`: the rest goes on after a line that fails. */
  ip(lines: readonly string[], options?: { force?: boolean }): Promise<void>;
  /** Settings and then lines for `ip -batch` in the network namespace at a path. */
  inside(netns: string, settings: Record<string, string | number>, lines: readonly string[]): Promise<void>;
  /** Routes of both families with this protocol number. */
  routes(protocol: number): Promise<KernelRoute[]>;
  /** One transaction of nftables. */
  nft(text: string): Promise<void>;
  /** Settings below /proc/sys/net of the node, e.g. ipv4/ip_forward → 1. */
  settings(values: Record<string, string | number>): Promise<void>;
}

// busybox' shell prefers its own applets, so the real tools are called by their path.
const IP = '/usr/sbin/ip';
const NFT = '/usr/sbin/nft';
const NSENTER = '/usr/bin/nsenter';
const SETTINGS = '/proc/sys/net';
const TIMEOUT_MS = 10_000;

/** The kernel of this host; with `netns` of the network namespace at that path, as a node of its own. */
export function linuxKernel(netns?: string): Kernel {
  const run = (command: string[], input: string, inside: string | undefined = netns) =>
    runTool(inside === undefined ? command : [NSENTER, `--net=${inside}`, '--', ...command], input);
  return {
    async ip(lines, options = {}) {
      if (lines.length === 0) return;
      await run([IP, ...(options.force ? ['-force'] : []), '-batch', '-'], text(lines));
    },
    async inside(path, settings, lines) {
      await run(['/bin/sh', '-ec', [...settingLines(settings), `exec ${IP} -batch -`].join('\n')], text(lines), path);
    },
    async routes(protocol) {
      const answers = await Promise.all(
        ['-4', '-6'].map((family) => run([IP, '-j', family, 'route', 'show', 'proto', String(protocol)], '')),
      );
      return answers.flatMap((answer) => (answer.trim() === '' ? [] : (JSON.parse(answer) as KernelRoute[])));
    },
    async nft(rules) {
      await run([NFT, '-f', '-'], rules);
    },
    async settings(values) {
      // /proc/sys/net shows the namespace of who opens it, so another one needs a process there.
      if (netns !== undefined) await run(['/bin/sh', '-ec', settingLines(values).join('\n')], '');
      else for (const [key, value] of Object.entries(values)) await writeFile(`${SETTINGS}/${key}`, String(value));
    },
  };
}

function text(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

function settingLines(values: Record<string, string | number>): string[] {
  return Object.entries(values).map(([key, value]) => `echo ${value} > ${SETTINGS}/${key}`);
}

/** Runs a tool to its end and gives its output; throws with what it wrote to stderr unless it ended well. */
function runTool(command: readonly string[], input: string): Promise<string> {
  const [program, ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program!, args, { timeout: TIMEOUT_MS, killSignal: 'SIGKILL' });
    let output = '';
    let words = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      words += chunk.toString();
    });
    child.on('error', reject);
    // A tool that ends before it has read all of its input breaks the pipe; its exit code tells the rest.
    child.stdin.on('error', () => {});
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command.join(' ')}: ${words.trim() || `ended with ${signal ?? code}`}`));
    });
    child.stdin.end(input);
  });
}
