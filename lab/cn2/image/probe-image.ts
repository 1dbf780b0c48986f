import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findPrograms, type HostProgram, libraries } from './host-programs.ts';
import type { ImageParts } from './image-archive.ts';
import { applets, program, rootFolders } from './root-folders.ts';

const LISTS = join(import.meta.dirname, '../../../images/probe');

/** The probe image from this host's files: the same lists that images/probe/Containerfile reads. */
export async function probeImage(names: readonly string[]): Promise<ImageParts> {
  const programs = (await listOf('programs.txt')).map((line): HostProgram => {
    const [name, from] = line.split(/\s+/);
    return { name: name!, package: from ?? name! };
  });
  const found = await findPrograms(programs);
  return {
    names,
    entries: [
      ...rootFolders(),
      ...Object.entries(found).map(([name, path]) => program(path, `usr/bin/${name}`)),
      { kind: 'link', path: 'usr/bin/sh', target: 'dash' },
      ...applets(await listOf('applets.txt')),
      ...(await libraries(Object.values(found))),
    ],
    user: '65532:65532',
    command: ['sleep', '2147483647'],
  };
}

/** The lines of a list without comments. */
async function listOf(file: string): Promise<string[]> {
  const text = await readFile(join(LISTS, file), 'utf8');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}
