import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { cacheFolder } from '../../lab/binaries/cache.ts';
import type { SmokeDocument } from '../../src/model/smoke.ts';
import { cli, guideCopy, vendorCopy } from '../support/cli.ts';
import { expectHostRestored, settingsWithoutLab } from '../support/host-settings.ts';
import { labTurn } from '../support/lab.ts';
import { HAS_SHARED_CN2 } from '../support/shared-cn2.ts';

const ROOT = join(import.meta.dirname, '../..');
const FLEET = 'lab-kind-test';
/** Documentation addresses: no other lab on this host has them. */
const PORTS = { cluster1: 6443, cluster2: 443 };
const SERVERS = { cluster1: '203.0.113.180', cluster2: '203.0.113.183' };

const missing =
  process.platform !== 'linux'
    ? 'it needs Linux'
    : process.getuid?.() !== 0
      ? 'it needs root for routes and nodes'
      : !existsSync('/usr/bin/podman')
        ? 'it needs podman'
        : undefined;

/**
 * The guide under another name and other API addresses; cluster2 with another port, IPv4 alone and a worker; where they are, with the
 * vendor's own manifests of 23.4 and the images as the vendor names them.
 */
function declaration(): string {
  const edit = (text: string) =>
    text
      .replace('name: guide', `name: ${FLEET}`)
      .replace('172.27.115.180', SERVERS.cluster1)
      .replace('172.27.115.183:6443', `${SERVERS.cluster2}:443`)
      .replace(/, "fd85:ee78:d8a6:8607::(3:0000|2:1000)\/\d+"/g, '')
      .replace('defaultPodNetwork: [v4, v6]', 'defaultPodNetwork: [v4]')
      .replace('    index: 0\n', '    index: 0\n    lab: {workers: 1}\n');
  const vendorsImages = (text: string) => edit(text).replace(/^ {2}registry: .*\n/m, '');
  return HAS_SHARED_CN2 ? vendorCopy('23.4', 'cn2.23.4.0.59', vendorsImages) : guideCopy(edit);
}

function lab(file: string, ...args: string[]): string {
  return execFileSync(process.execPath, [join(ROOT, 'src/main.ts'), 'lab', ...args, '-f', file], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 24,
  });
}

function words(command: string, ...args: string[]): string[] {
  return execFileSync(command, args, { encoding: 'utf8' }).split('\n').filter(Boolean);
}

/** What of the lab is on this host, by the names that only this fleet has. */
function traces(): string[] {
  const volumes = words('podman', 'volume', 'ls', '--format', '{{.Name}} {{.Labels}}');
  return [
    ...words('podman', 'ps', '--all', '--format', '{{.Names}}'),
    ...volumes,
    ...words('podman', 'network', 'ls', '--format', '{{.Name}}'),
    ...words('ip', 'route').filter((route) => route.startsWith('203.0.113.')),
  ].filter((line) => line.includes(FLEET) || line.startsWith('203.0.113.'));
}

/** The names in the certificate that an address presents. */
async function certificateNames(host: string, port: number): Promise<string> {
  const socket = connect({ host, port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { subjectaltname } = socket.getPeerCertificate();
  socket.destroy();
  return subjectaltname ?? '';
}

(missing === undefined ? describe : describe.skip)(
  `lab up and down${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let folder = '';
    let file = '';
    let before: Record<string, string> = {};

    beforeAll(() => {
      folder = declaration();
      file = join(folder, 'clusters.yaml');
      before = settingsWithoutLab();
      expect(traces()).toEqual([]);
    });

    afterAll(() => {
      lab(file, 'down');
      rmSync(folder, { recursive: true, force: true });
    }, 60_000);

    test('a run that is killed half way is removed by down', async () => {
      await using _turn = await labTurn();
      const child = spawn(process.execPath, [join(ROOT, 'src/main.ts'), 'lab', 'up', '-f', file], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const said: Buffer[] = [];
      child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
      const ended = once(child, 'close');
      while (!traces().some((line) => line.startsWith(`${FLEET}-cluster1`))) {
        if (child.exitCode !== null) {
          await ended;
          throw new Error(`lab up ended before it made a node:\n${Buffer.concat(said)}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      child.kill('SIGKILL');
      await ended;
      lab(file, 'down');
      expect(traces()).toEqual([]);
    }, 1_800_000);

    test('clusters come up at the declared addresses, with CN2 on the central one', async () => {
      await using _turn = await labTurn();
      lab(file, 'up', '--audit');
      const status = JSON.parse(lab(file, 'status', '--format', 'json'));
      expect(status).toMatchObject({
        up: true,
        clusters: [
          { name: 'cluster1', role: 'central', nodes: [{ ready: true }], cn2: { installed: true, emulated: true } },
          { name: 'cluster2', role: 'distributed', nodes: [{ ready: false }, { ready: false }], cn2: { installed: false } },
        ],
      });
      for (const name of ['cluster1', 'cluster2'] as const)
        expect(await certificateNames(SERVERS[name], PORTS[name])).toContain(`IP Address:${SERVERS[name]}`);
      expect(readFileSync(status.clusters[1].auditLog, 'utf8')).toContain('"requestURI":"/api');
    }, 900_000);

    test('nodes of one cluster reach the API of the other at its declared address', () => {
      for (const [node = '', address = ''] of [
        ['cluster1-control-plane', `${SERVERS.cluster2}:443`],
        ['cluster2-control-plane', `${SERVERS.cluster1}:6443`],
        ['cluster2-control-plane', `${SERVERS.cluster2}:443`],
        ['cluster2-worker', `${SERVERS.cluster1}:6443`],
        ['cluster2-worker', `${SERVERS.cluster2}:443`],
      ])
        expect(words('podman', 'exec', `${FLEET}-${node}`, 'curl', '-sk', '-m', '5', `https://${address}/readyz`)).toEqual([
          'ok',
        ]);
    });

    test('env holds kubeconfigs that dial the declared addresses', () => {
      const lines = lab(file, 'env').trim().split('\n');
      expect(lines.map((line) => line.split('=', 1)[0])).toEqual([
        'export CN2_PULL_SECRET',
        'export KUBECONFIG_CLUSTER1',
        'export KUBECONFIG_CLUSTER2',
      ]);
      const kubeconfig = parse(Buffer.from(lines[2]?.split('=')[1] ?? '', 'base64').toString());
      expect(kubeconfig.clusters).toMatchObject([{ name: 'cluster2', cluster: { server: `https://${SERVERS.cluster2}:443` } }]);
    });

    test('a second up finds everything there', () => {
      const started = Date.now();
      const nodes = words('podman', 'ps', '--quiet', '--filter', `label=io.x-k8s.kind.cluster=${FLEET}-cluster1`);
      lab(file, 'up', '--audit');
      expect(words('podman', 'ps', '--quiet', '--filter', `label=io.x-k8s.kind.cluster=${FLEET}-cluster1`)).toEqual(nodes);
      expect(Date.now() - started).toBeLessThan(60_000);
    }, 120_000);

    test(`an attach completes on the worker too, packets included${HAS_SHARED_CN2 ? ", with the vendor's manifests of 23.4" : ''}`, async () => {
      const lines = lab(file, 'env').trim().split('\n');
      const environment = Object.fromEntries(lines.map((line) => line.replace('export ', '').split(/=(.*)/, 2)));
      const run = (...args: string[]) => cli(folder, args, { environment });
      expect((await run('render')).exitCode).toBe(0);
      const planned = await run('plan', '--out', 'rendered/plan.json', '--format', 'json');
      expect([planned.exitCode, planned.stderr]).toEqual([2, '']);
      const applied = await run('apply', '--format', 'json');
      const document = JSON.parse(applied.stdout) as { outcome: string; reason?: string; smoke?: SmokeDocument };
      expect([document.outcome, document.reason]).toEqual(['done', undefined]);
      expect(document.smoke?.pairs.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
      expect(document.smoke?.pairs.length).toBeGreaterThan(10);
      expect(applied.exitCode).toBe(0);
      expect((await run('plan')).exitCode).toBe(0);
      const status = JSON.parse(lab(file, 'status', '--format', 'json'));
      expect(status.clusters[1]).toMatchObject({ nodes: [{ ready: true }, { ready: true }], cn2: { installed: true } });
    }, 600_000);

    test('another declaration needs a new lab', () => {
      writeFileSync(file, readFileSync(file, 'utf8').replace('workers: 1', 'workers: 2'));
      try {
        expect(() => lab(file, 'up', '--audit')).toThrow(/Command failed/);
      } finally {
        writeFileSync(file, readFileSync(file, 'utf8').replace('workers: 2', 'workers: 1'));
      }
    });

    test('another fleet with the same addresses is refused before anything is made', () => {
      const other = join(folder, 'other.yaml');
      writeFileSync(other, readFileSync(file, 'utf8').replace(`name: ${FLEET}`, `name: ${FLEET}-other`));
      const there = traces();
      expect(() => lab(other, 'up')).toThrow(/Command failed/);
      expect(traces()).toEqual(there);
      expect(existsSync(join(cacheFolder(), 'lab', `${FLEET}-other`))).toBe(false);
    });

    test('an address of this host itself is refused before anything is made', () => {
      const other = join(folder, 'own-address.yaml');
      const text = readFileSync(file, 'utf8').replace(`name: ${FLEET}`, `name: ${FLEET}-own`);
      writeFileSync(other, text.replace(SERVERS.cluster1, '203.0.113.190').replace(SERVERS.cluster2, '203.0.113.191'));
      execFileSync('ip', ['address', 'add', '203.0.113.191/32', 'dev', 'lo']);
      try {
        expect(() => lab(other, 'up')).toThrow(/Command failed/);
        expect(existsSync(join(cacheFolder(), 'lab', `${FLEET}-own`))).toBe(false);
      } finally {
        execFileSync('ip', ['address', 'delete', '203.0.113.191/32', 'dev', 'lo']);
      }
    });

    test('down leaves nothing, twice', async () => {
      lab(file, 'down');
      expect(traces()).toEqual([]);
      lab(file, 'down');
      expect(existsSync(join(cacheFolder(), 'lab', FLEET))).toBe(false);
      await expectHostRestored(before);
    }, 120_000);
  },
);
