import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { ensureBinaries } from '../../lab/binaries/binaries.ts';

const run = promisify(execFile);
const reason = process.getuid?.() === 0 ? undefined : 'needs root to enter the images';
const suite = reason === undefined ? describe : describe.skip;
const NAMES = ['contrail-k8s-deployer', 'contrail-vrouter-agent'].map((name) => `lab.local/cn2/${name}:22.2.0.93`);
const BUILD = join(import.meta.dirname, '../../lab/cn2/image/build.ts');
const LISTS = join(import.meta.dirname, '../../images/probe');

suite(`the images of the lab${reason ? ` (skipped: ${reason})` : ''}`, () => {
  jest.setTimeout(120_000);
  let folder = '';
  let archive = '';
  /** In a process of its own: the bundler's native part does not know the objects of Jest's contexts. */
  const build = async (names = NAMES): Promise<{ archive: string; lines: string[] }> => {
    const options = {
      cacheDir: join(folder, 'cache'),
      names,
      probeNames: ['lab.local/probe:1'],
      binaries: await ensureBinaries(['kubectl']),
    };
    const program = `
      import { buildImages } from ${JSON.stringify(BUILD)};
      const lines = [];
      const { archive } = await buildImages({ ...${JSON.stringify(options)}, progress: (line) => lines.push(line) });
      console.log(JSON.stringify({ archive, lines }));`;
    return JSON.parse((await run(process.execPath, ['--input-type=module', '-e', program])).stdout);
  };

  /** Unpacks the layer of an image, by its first name. */
  async function unpacked(name: string): Promise<string> {
    const manifest = JSON.parse((await run('tar', ['-xOf', archive, 'manifest.json'])).stdout);
    const { Layers } = manifest.find(({ RepoTags }: { RepoTags: string[] }) => RepoTags.includes(name));
    const root = await mkdtemp(join(folder, 'root-'));
    await chmod(root, 0o755);
    await run('sh', ['-c', 'tar -xOf "$1" "$2" | tar -xf - -C "$3"', 'sh', archive, Layers[0], root]);
    return root;
  }

  /** Runs a command in an unpacked image as a pod does, without any capability. */
  async function inside(root: string, user: string, ...command: string[]): Promise<string> {
    return (
      await run('/usr/sbin/chroot', [`--userspec=${user}`, root, ...command], {
        env: { PATH: '/usr/local/bin:/usr/sbin:/usr/bin', HOME: '/tmp' },
      })
    ).stdout;
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cn2-images-'));
    archive = (await build()).archive;
  }, 600_000);

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  test('are built once for the same inputs, in whatever order the names come', async () => {
    expect(await build(NAMES.toReversed())).toEqual({ archive, lines: [] });
    const other = await build(NAMES.slice(0, 1));
    expect(other.archive).not.toBe(archive);
    expect(other.lines).toHaveLength(1);
    expect((await readdir(join(folder, 'cache/images'))).filter((name) => name.endsWith('.tar'))).toHaveLength(2);
  });

  test('the emulator image runs the commands of the manifests as user 1000', async () => {
    const root = await unpacked(NAMES[0]!);
    for (const command of ['kustomize build /crd', 'kubectl kustomize /distributed-crd']) {
      const crds = await inside(root, '1000:3000', 'sh', '-c', command);
      expect(crds).toContain('name: vrouters.dataplane.juniper.net');
      expect(crds).not.toContain('core.contrail.juniper.net');
    }
    const core = await inside(root, '0:0', 'sh', '-c', 'cat /core-crd/*');
    expect(core).toContain('name: virtualnetworks.core.contrail.juniper.net');
    await inside(root, '1000:3000', '/app/deployer/etcd-cert-discover/etcd-cert-discover');
    const outside = inside(root, '1000:3000', 'sh', '-c', '/manager --metrics-addr 127.0.0.1:8081');
    await expect(outside).rejects.toThrow(/not in a pod/);
    expect(await inside(root, '0:0', 'node', '-e', 'console.log(process.version)')).toMatch(/^v\d+\./);
    for (const program of [
      ['/usr/sbin/ip', '-V'],
      ['/usr/sbin/nft', '-v'],
      ['/usr/bin/nsenter', '-V'],
      ['/usr/bin/ping', '-V'],
    ]) {
      await inside(root, '0:0', ...program);
    }
  });

  test('the probe image pings from its shell without any capability', async () => {
    const root = await unpacked('lab.local/probe:1');
    const found = await inside(
      root,
      '65532:65532',
      'sh',
      '-c',
      'for p in ping ip nc timeout sed; do command -v $p; done; ping -V',
    );
    expect(found).toMatch(
      /^\/usr\/bin\/ping\n\/usr\/bin\/ip\n\/usr\/bin\/nc\n\/usr\/bin\/timeout\n\/usr\/bin\/sed\nping from iputils/,
    );
    // As in a pod under Pod Security restricted: no capability, and the safe sysctl that opens ping sockets to its group.
    const restricted = [
      '/usr/sbin/ip link set lo up',
      'echo "65532 65532" > /proc/sys/net/ipv4/ping_group_range',
      'exec capsh --chroot="$1" --shell=/bin/sh --drop=all --gid=65532 --uid=65532 -- -c "ping -n -c 1 127.0.0.1"',
    ].join(' && ');
    const { stdout } = await run('unshare', ['-n', 'sh', '-c', restricted, 'sh', root]);
    expect(stdout).toContain('1 received');
  });

  test('the list for a real fleet lays out the same files', async () => {
    const collected = join(folder, 'collected');
    await mkdir(collected);
    await run('sh', [join(LISTS, 'collect.sh'), collected]);
    const paths = async (root: string) =>
      (await run('find', ['.', '-printf', '%p %l\n'], { cwd: root })).stdout.split('\n').sort();
    expect(await paths(collected)).toEqual(await paths(await unpacked('lab.local/probe:1')));
  });
});
