import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type TarEntry, tarOf } from './tar.ts';

/** An image of one layer. */
export interface ImageParts {
  /** Every name that it gets, `registry/repository:tag`. */
  names: readonly string[];
  entries: readonly TarEntry[];
  environment?: Record<string, string>;
  user?: string;
  command?: readonly string[];
}

const PATH = '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const ARCHITECTURES: Record<string, string> = { x64: 'amd64', arm64: 'arm64' };

/**
 * Writes images as one docker-archive, the format that `kind load image-archive`, `ctr images import` and `podman load`
 * take. The same parts give the same bytes.
 */
export async function writeImageArchive(path: string, images: readonly ImageParts[]): Promise<void> {
  const layers: { file: string; digest: string }[] = [];
  try {
    for (const [index, image] of images.entries()) {
      const file = `${path}.layer${index}`;
      layers.push({ file, digest: '' });
      layers[index] = { file, digest: await writeLayer(file, image.entries) };
    }
    const members: TarEntry[] = [];
    const manifest = images.map((image, index) => {
      const { file, digest } = layers[index]!;
      const config = JSON.stringify(configOf(image, digest));
      const configName = `${createHash('sha256').update(config).digest('hex')}.json`;
      members.push({ kind: 'copy', path: `${digest}.tar`, mode: 0o644, source: file });
      members.push({ kind: 'text', path: configName, mode: 0o644, text: config });
      return { Config: configName, RepoTags: image.names, Layers: [`${digest}.tar`] };
    });
    members.push({ kind: 'text', path: 'manifest.json', mode: 0o644, text: JSON.stringify(manifest) });
    await pipeline(Readable.from(tarOf(members)), createWriteStream(path));
  } finally {
    await Promise.all(layers.map(({ file }) => rm(file, { force: true })));
  }
}

/** Writes a layer and gives its SHA-256. */
async function writeLayer(path: string, entries: readonly TarEntry[]): Promise<string> {
  const hash = createHash('sha256');
  async function* hashed() {
    for await (const chunk of tarOf(entries)) {
      hash.update(chunk);
      yield chunk;
    }
  }
  await pipeline(Readable.from(hashed()), createWriteStream(path));
  return hash.digest('hex');
}

function configOf(image: ImageParts, layer: string): object {
  const environment = Object.entries({ PATH, ...image.environment }).map(([name, value]) => `${name}=${value}`);
  return {
    architecture: ARCHITECTURES[process.arch] ?? process.arch,
    os: 'linux',
    config: {
      Env: environment,
      ...(image.user === undefined ? {} : { User: image.user }),
      ...(image.command === undefined ? {} : { Cmd: image.command }),
    },
    rootfs: { type: 'layers', diff_ids: [`sha256:${layer}`] },
    history: [{ created_by: 'cn2-fleet lab' }],
  };
}
