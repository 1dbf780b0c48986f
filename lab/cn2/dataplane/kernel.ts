import { spawn } from 'node:child_process';
import type { KernelRoute } from './routes.ts';

/** The network of one node: its routes, interfaces, rules and settings. Everything throws with the tool's own words. */
export interface Kernel {
  /** Lines for `ip -batch`, in the node's namespace or in the one at `netns`. `force`: the rest goes on after a line that fails. */
  ip(lines: readonly string[], options?: { netns?: string; force?: boolean }): Promise<void>;
  /** Routes of both families with this protocol number. */
  routes(protocol: number): Promise<KernelRoute[]>;
  /** One transaction of nftables. */
  nft(text: string): Promise<void>;
  /** Settings below /proc/sys/net, e.g. ipv4/ip_forward → 1. */
  settings(values: Record<string, string | number>, netns?: string): Promise<void>;
}

// busybox' shell prefers its own applets, so the real tools are called by their path.
const IP = '/usr/sbin/ip';
const NFT = '/usr/sbin/nft';
const NSENTER = '/usr/bin/nsenter';
const TIMEOUT_MS = 10_000;

/** The kernel of this host; with `netns` of the network namespace at that path, as a node of its own. */
export function linuxKernel(netns?: string): Kernel {
  const run = (command: string[], input: string, inside: string | undefined = netns) =>
    runTool(inside === undefined ? command : [NSENTER, `--net=${inside}`, '--', ...command], input);
  return {
    async ip(lines, options = {}) {
      if (lines.length === 0) return;
      await run([IP, ...(options.force ? ['-force'] : []), '-batch', '-'], `${lines.join('\n')}\n`, options.netns);
    },
    async routes(protocol) {
      const answers = await Promise.all(
        ['-4', '-6'].map((family) => run([IP, '-j', family, 'route', 'show', 'proto', String(protocol)], '')),
      );
      return answers.flatMap((answer) => (answer.trim() === '' ? [] : (JSON.parse(answer) as KernelRoute[])));
    },
    async nft(text) {
      await run([NFT, '-f', '-'], text);
    },
    async settings(values, inside) {
      const script = Object.entries(values).map(([key, value]) => `echo ${value} > /proc/sys/net/${key}`);
      if (script.length > 0) await run(['/bin/sh', '-ec', script.join('\n')], '', inside);
    },
  };
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
