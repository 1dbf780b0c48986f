import { isImageReference, registryOf } from '../cn2/image-reference.ts';
import { probeImage } from '../cn2/probe-image.ts';
import type { DoctorCheck } from '../model/doctor.ts';
import type { Fleet } from '../model/fleet.ts';
import { hostOf, parseDockerConfig } from '../rules/docker-config.ts';
import { check, type More } from './checks.ts';

const smoke = (state: DoctorCheck['state'], seen: string, more: More = {}) => check('smoke', 'smoke.image', state, seen, more);

/** What can be told of the probe images of a fleet without a node. `pullSecrets`: docker configs that the declaration names. */
export function smokeChecks(fleet: Fleet, pullSecrets: readonly string[]): DoctorCheck[] {
  if (fleet.smoke === undefined)
    return [
      check('smoke', 'smoke', 'remark', 'none is declared: nothing proves with packets who reaches whom', {
        remedy: 'Declare smoke: {}; docs/probe-image.md says which image its pods have.',
      }),
    ];
  const images = [fleet.central, ...fleet.distributed].map(({ name }) => probeImage(fleet, name));
  return [...new Set(images)].map((image) => imageCheck(image, pullSecrets));
}

function imageCheck(image: string, pullSecrets: readonly string[]): DoctorCheck {
  if (!isImageReference(image))
    return smoke('to-do', `"${image}" is not a reference to an image`, {
      remedy: 'For example registry.example.org/cn2/probe:1.',
    });
  const registry = registryOf(image);
  const logins = pullSecrets.some((text) => parseDockerConfig(text)?.hosts.get(hostOf(registry)) === true);
  const how = logins ? 'the pull secret has a login for it' : 'no pull secret has a login for it: it must be public';
  return smoke('unknown', `${image} comes from ${registry}; ${how}. Whether the nodes can pull it is not to be told from here`, {
    remedy: 'Pull it on a node of each cluster: crictl pull, with the same reference.',
  });
}
