import { registryOf } from '../cn2/image-reference.ts';
import { probeImage } from '../cn2/probe-image.ts';
import type { CredentialRef, Fleet } from '../model/fleet.ts';
import { present } from '../model/present.ts';
import type { Credentials } from '../ports/credentials.ts';
import type { ProbeImage } from '../probe/run-smoke.ts';
import { hostOf, parseDockerConfig } from '../rules/docker-config.ts';

/** The probe image of each cluster by name, with the cluster's login where it has one for the image's registry. */
export async function probeImages(fleet: Fleet, credentials: Credentials): Promise<Map<string, ProbeImage>> {
  const images = [fleet.central, ...fleet.distributed].map(async (cluster): Promise<[string, ProbeImage]> => {
    const image = probeImage(fleet, cluster.name);
    const login = ('pullSecret' in cluster ? cluster.pullSecret : undefined) ?? fleet.release.pullSecret;
    return [cluster.name, { image, ...present({ pullSecret: await pullSecretFor(credentials, login, image) }) }];
  });
  return new Map(await Promise.all(images));
}

/** The docker configuration where it logs in to the probe image's registry; a public image needs none. */
async function pullSecretFor(credentials: Credentials, login: CredentialRef, image: string): Promise<string | undefined> {
  const value = await credentials.resolve(login);
  if (value.status === 'missing') return undefined;
  return parseDockerConfig(value.value)?.hosts.has(hostOf(registryOf(image))) === true ? value.value : undefined;
}
