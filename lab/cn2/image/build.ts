import { access, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheKey } from '../../binaries/cache.ts';
import { FileDigests } from './digests.ts';
import { emulatorImage } from './emulator-image.ts';
import { type ImageParts, writeImageArchive } from './image-archive.ts';
import { probeImage } from './probe-image.ts';

export interface ImageOptions {
  /** Outside every work tree. */
  cacheDir: string;
  /** Every name under which CN2's images are asked for. */
  names: readonly string[];
  /** Names of the probe image; none: no such image. */
  probeNames: readonly string[];
  binaries: { kubectl: string };
  /** Called once when something has to be built. */
  progress?: (line: string) => void;
  /** TypeScript file of the emulator; default: lab/cn2/emulator.ts. */
  entry?: string;
}

/** Archives are large: what was not asked for lately is removed. */
const KEPT_ARCHIVES = 3;

/**
 * One docker-archive with the emulator image under `names` and the probe image under `probeNames`, made of this host's files
 * without a container engine. The same inputs give the same bytes, and the same archive again without building. Throws with
 * what is missing on the host.
 */
export async function buildImages(options: ImageOptions): Promise<{ archive: string }> {
  const folder = join(options.cacheDir, 'images');
  await mkdir(folder, { recursive: true });
  const images: ImageParts[] = [];
  if (options.names.length > 0) {
    const entry = options.entry === undefined ? {} : { entry: options.entry };
    images.push(await emulatorImage({ names: unique(options.names), kubectl: options.binaries.kubectl, ...entry }));
  }
  if (options.probeNames.length > 0) images.push(await probeImage(unique(options.probeNames)));

  const archive = join(folder, `${await imageKey(images, join(folder, 'digests.json'))}.tar`);
  if (await present(archive)) {
    await utimes(archive, new Date(), new Date());
  } else {
    options.progress?.(`building the images of the emulated CN2 (${options.names.length} names) and of the probe`);
    const temporary = `${archive}.${process.pid}`;
    try {
      await writeImageArchive(temporary, images);
      await rename(temporary, archive);
    } finally {
      await rm(temporary, { force: true });
    }
    await removeOld(folder);
  }
  return { archive };
}

/** A key for everything that decides on the archive's bytes. */
async function imageKey(images: readonly ImageParts[], memory: string): Promise<string> {
  const digests = await FileDigests.open(memory);
  const parts: string[] = [process.arch];
  for (const { entries, ...rest } of images) {
    parts.push(JSON.stringify(rest));
    for (const entry of entries) {
      // A copy is known by its content, not by the path where this host keeps it.
      const content = entry.kind === 'copy' ? { ...entry, source: await digests.of(entry.source) } : entry;
      parts.push(JSON.stringify(content));
    }
  }
  await digests.save();
  return cacheKey(parts);
}

async function removeOld(folder: string): Promise<void> {
  const archives = (await readdir(folder)).filter((name) => name.endsWith('.tar')).map((name) => join(folder, name));
  const dated = await Promise.all(archives.map(async (path) => ({ path, time: (await stat(path)).mtimeMs })));
  const old = dated.sort((a, b) => b.time - a.time).slice(KEPT_ARCHIVES);
  await Promise.all(old.map(({ path }) => rm(path, { force: true })));
}

/** Sorted, because the order in which a file names its images says nothing. */
function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

function present(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
