import { isImageReference, registryOf } from '../cn2/image-reference.ts';
import type { DoctorCheck } from '../model/doctor.ts';
import type { Fleet } from '../model/fleet.ts';
import { hostOf, parseDockerConfig } from '../rules/docker-config.ts';
import { check, type More } from './checks.ts';

const smoke = (state: DoctorCheck['state'], seen: string, more: More = {}) => check('smoke', 'smoke.image', state, seen, more);

/** What can be told of the probe image without a node. `pullSecrets`: docker configs that the declaration names. */
export function smokeChecks({ smoke: declared }: Fleet, pullSecrets: readonly string[]): DoctorCheck[] {
  if (declared === undefined)
    return [
      check('smoke', 'smoke', 'remark', 'none is declared: nothing proves with packets who reaches whom', {
        remedy: 'Declare smoke with an image that images/probe builds, in a registry of yours.',
      }),
    ];
  const { image } = declared;
  if (image === undefined)
    return [smoke('to-do', 'is missing: the smoke test has no image', { remedy: 'Name one that images/probe builds.' })];
  if (!isImageReference(image))
    return [
      smoke('to-do', `"${image}" is not a reference to an image`, { remedy: 'For example registry.example.org/cn2/probe:1.' }),
    ];
  const registry = registryOf(image);
  const logins = pullSecrets.some((text) => parseDockerConfig(text)?.hosts.get(hostOf(registry)) === true);
  const how = logins ? 'the pull secret has a login for it' : 'no pull secret has a login for it: it must be public';
  return [
    smoke('unknown', `${image} comes from ${registry}; ${how}. Whether the nodes can pull it is not to be told from here`, {
      remedy: 'Pull it on a node of each cluster: crictl pull, with the same reference.',
    }),
  ];
}
