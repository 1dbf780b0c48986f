import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { cacheFolder } from '../../lab/binaries/cache.ts';

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

/** The guide under another name and other API addresses; cluster2 with another port, IPv4 alone and a worker. */
function declaration(folder: string): string {
  const guide = readFileSync(join(ROOT, 'examples/guide/clusters.yaml'), 'utf8');
  const text = guide
    .replace('name: guide', `name: ${FLEET}`)
    .replace('172.27.115.180', SERVERS.cluster1)
    .replace('172.27.115.183:6443', `${SERVERS.cluster2}:443`)
    .replace(/, "fd85:ee78:d8a6:8607::(3:0000|2:1000)\/\d+"/g, '')
    .replace('    index: 0\n', '    index: 0\n    lab: {workers: 1}\n');
  execFileSync('cp', ['-r', join(ROOT, 'examples/guide/cn2'), folder]);
  const path = join(folder, 'clusters.yaml');
  writeFileSync(path, text);
  return path;
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

/** Settings of the kernel that kubelets change; other containers on the host may need them. */
function settings(): string[] {
  return ['kernel/panic', 'kernel/panic_on_oops', 'vm/overcommit_memory', 'net/ipv4/ip_forward'].map((name) =>
    readFileSync(`/proc/sys/${name}`, 'utf8').trim(),
  );
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
    let alone = false;
    let before: string[] = [];

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-lab-kind-'));
      file = declaration(folder);
      alone = words('podman', 'ps', '--quiet').length === 0;
      before = settings();
      expect(traces()).toEqual([]);
    });

    afterAll(() => {
      lab(file, 'down');
      rmSync(folder, { recursive: true, force: true });
    }, 60_000);

    test('a run that is killed half way is removed by down', async () => {
      const child = spawn(process.execPath, [join(ROOT, 'src/main.ts'), 'lab', 'up', '-f', file], { stdio: 'ignore' });
      const ended = once(child, 'exit');
      while (!traces().some((line) => line.startsWith(`${FLEET}-cluster1`))) {
        if (child.exitCode !== null) throw new Error('lab up ended before it made a node');
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      child.kill('SIGKILL');
      await ended;
      lab(file, 'down');
      expect(traces()).toEqual([]);
    }, 1_800_000);

    test('clusters come up at the declared addresses, with CN2 on the central one', async () => {
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
    }, 600_000);

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

    test('down leaves nothing, twice', () => {
      lab(file, 'down');
      expect(traces()).toEqual([]);
      lab(file, 'down');
      expect(existsSync(join(cacheFolder(), 'lab', FLEET))).toBe(false);
      if (alone && words('podman', 'ps', '--quiet').length === 0) expect(settings()).toEqual(before);
    }, 120_000);
  },
);
