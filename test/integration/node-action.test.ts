import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { guideCopy } from '../support/cli.ts';
import { type JavaScriptOptions, javaScriptAction } from '../support/javascript-action.ts';

const ACTION = join(import.meta.dirname, '../../node');

let workspace: string;
let temporary: string;

beforeEach(() => {
  workspace = guideCopy();
  temporary = mkdtempSync(join(tmpdir(), 'cn2-fleet-temp-'));
  mkdirSync(join(temporary, 'home'));
});
afterEach(() => {
  for (const folder of [workspace, temporary]) rmSync(folder, { recursive: true, force: true });
});

const action = (inputs: Record<string, string>, more: Partial<JavaScriptOptions> = {}) =>
  javaScriptAction({
    action: ACTION,
    inputs,
    github: { token: 'ghs_default' },
    workspace,
    ...more,
    environment: {
      RUNNER_TEMP: temporary,
      HOME: join(temporary, 'home'),
      GITHUB_REPOSITORY: 'acme/fleet',
      GITHUB_EVENT_NAME: 'push',
      ...more.environment,
    },
  });

describe('the JavaScript action', () => {
  test('does what its inputs say, sets outputs, and has nothing to clean up', async () => {
    const { main, post } = action({ command: 'plan', offline: 'true', publish: 'false', only: 'cluster1,cluster2' });
    const { exitCode, outputs, summary } = await main();
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ result: 'ok', 'exit-code': '0', changed: 'true' });
    expect(existsSync(outputs['plan-path'] ?? '')).toBe(true);
    expect(readFileSync(outputs['page-path'] ?? '', 'utf8')).toContain('"title":"Plan for guide"');
    expect(summary).toContain('**Offline: no cluster was looked at.**');
    expect(await post()).toMatchObject({ exitCode: 0, lines: [] });
  }, 60_000);

  test('an input with a hyphen arrives, one that is foreign to the command is refused in a sentence', async () => {
    const { exitCode, annotations } = await action({ command: 'plan', 'gate-timeout': '60', publish: 'false' }).main();
    expect(exitCode).toBe(1);
    expect(annotations[0]?.message).toBe('input gate-timeout does not apply to plan');
  }, 60_000);

  test('variables of action.yml mean nothing to it', async () => {
    const { exitCode, annotations } = await action({ command: '' }, { environment: { CN2_FLEET_INPUT_COMMAND: 'plan' } }).main();
    expect(exitCode).toBe(1);
    expect(annotations[0]?.message).toBe('input command is missing');
  }, 60_000);

  test('what a killed run leaves is known to the clean-up', async () => {
    const cancel = new AbortController();
    // Takes connections and never answers: the run hangs in its first request, and is killed there.
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => {
      sockets.add(socket.on('error', () => {}));
      cancel.abort();
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const kubeconfig = [
      'current-context: here',
      `clusters: [{name: here, cluster: {server: "https://127.0.0.1:${port}", insecure-skip-tls-verify: true}}]`,
      'users: [{name: me, user: {token: canary}}]',
      'contexts: [{name: here, context: {cluster: here, user: me}}]',
    ].join('\n');
    execFileSync(process.execPath, [join(ACTION, '../dist/cn2-fleet.mjs'), 'render'], { cwd: workspace, stdio: 'ignore' });
    const environment = { KUBECONFIG_CLUSTER1: kubeconfig, KUBECONFIG_CLUSTER2: kubeconfig };
    const { main, post } = action({ command: 'smoke' }, { environment, signal: cancel.signal });
    const kept = join(temporary, 'cn2-fleet/unfinished-run.json');
    expect(await main()).toMatchObject({ exitCode: null, endedBy: 'SIGKILL' });
    silent.close();
    for (const socket of sockets) socket.destroy();
    expect(existsSync(kept)).toBe(true);
    const { exitCode, lines } = await post();
    expect(exitCode).toBe(0);
    expect(lines.join('\n')).toContain('what the killed run left there expires by itself');
    expect(existsSync(kept)).toBe(false);
  }, 60_000);
});
