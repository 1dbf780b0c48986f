import { isImageReference, registryOf } from '../cn2/image-reference.ts';
import { probeImage } from '../cn2/probe-image.ts';
import type { DoctorCheck } from '../model/doctor.ts';
import type { Fleet } from '../model/fleet.ts';
import { hostOf, parseDockerConfig } from '../rules/docker-config.ts';
import { check, type More } from './checks.ts';

const smoke = (state: DoctorCheck['state'], seen: string, more: More = {}) => check('smoke', 'smoke.image', state, seen, more);

/**
 * What can be told of the probe images of a fleet without a node. `loginOf`: the docker config that a cluster passes on; undefined where that
 * credential is not there.
 */
export function smokeChecks(fleet: Fleet, loginOf: (cluster: string) => string | undefined): DoctorCheck[] {
  if (fleet.smoke === undefined)
    return [
      check('smoke', 'smoke', 'remark', 'none is declared: nothing proves with packets who reaches whom', {
        remedy: 'Declare smoke: {}; docs/probe-image.md says which image its pods have.',
      }),
    ];
  const checks = [fleet.central, ...fleet.distributed].map(({ name }) => imageCheck(probeImage(fleet, name), loginOf(name)));
  return [...new Map(checks.map((each) => [each.seen, each])).values()];
}

function imageCheck(image: string, login: string | undefined): DoctorCheck {
  if (!isImageReference(image))
    return smoke('to-do', `"${image}" is not a reference to an image`, {
      remedy: 'For example registry.example.org/cn2/probe:1.',
    });
  const registry = registryOf(image);
  const logsIn = login !== undefined && parseDockerConfig(login)?.hosts.get(hostOf(registry)) === true;
  const how = logsIn ? 'the pull secret has a login for it' : 'no pull secret has a login for it: it must be public';
  return smoke('unknown', `${image} comes from ${registry}; ${how}. Whether the nodes can pull it is not to be told from here`, {
    remedy: 'Pull it on a node of each cluster: crictl pull, with the same reference.',
  });
}
