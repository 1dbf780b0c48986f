import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiServer } from '../apiserver.ts';
import { type ServerProcess, startServer } from '../server-process.ts';
import { REVIEWS_PATH, secondServerFlags } from './second-flags.ts';

/**
 * A kube-apiserver with its own etcd behind another one, on loopback. Its kubeconfig is that of an administrator who goes past the
 * first server and the filter. `proxy`: folder of the authority by which the first one is believed.
 */
export async function startSecondServer(first: ApiServer, proxy: string): Promise<ServerProcess> {
  return await startServer({
    name: `${first.name}-second`,
    flags: async (folder) => {
      const reviews = join(folder, 'reviews');
      await writeFile(reviews, first.kubeconfig.replace(first.url, `${first.url}${REVIEWS_PATH}`), { mode: 0o600 });
      return secondServerFlags({ proxy, reviews });
    },
  });
}
