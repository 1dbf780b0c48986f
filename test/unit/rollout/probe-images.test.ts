import { describe, expect, test } from '@jest/globals';
import { releasedProbeImage } from '../../../src/cn2/probe-image.ts';
import type { CredentialRef, Fleet } from '../../../src/model/fleet.ts';
import type { Credentials } from '../../../src/ports/credentials.ts';
import { probeImages } from '../../../src/rollout/probe-images.ts';
import { REPOSITORY, VERSION } from '../../../src/version.ts';
import { smokeFleet } from '../../support/smoke-fleet.ts';

const login = (...hosts: string[]) => JSON.stringify({ auths: Object.fromEntries(hosts.map((host) => [host, { auth: 'x' }])) });

/** Values by the name of the variable. */
function credentials(values: Record<string, string>): Credentials {
  return {
    resolve: async (ref: CredentialRef) => {
      const value = 'env' in ref ? values[ref.env] : undefined;
      return value === undefined ? { status: 'missing', reason: 'not set' } : { status: 'ok', value };
    },
  };
}

function fleetWith(change: { image?: string; registry?: string; own?: string; ownLogin?: string }): Fleet {
  const fleet = smokeFleet();
  const { image: _, ...smoke } = fleet.smoke!;
  return {
    ...fleet,
    release: {
      ...fleet.release,
      pullSecret: { env: 'PULL' },
      ...(change.registry === undefined ? {} : { registry: change.registry }),
    },
    distributed: fleet.distributed.map((cluster) => ({
      ...cluster,
      ...(change.own === undefined ? {} : { registry: change.own }),
      ...(change.ownLogin === undefined ? {} : { pullSecret: { env: change.ownLogin } }),
    })),
    smoke: { ...smoke, ...(change.image === undefined ? {} : { image: change.image }) },
  };
}

const images = async (fleet: Fleet, values: Record<string, string> = {}) =>
  Object.fromEntries(await probeImages(fleet, credentials(values)));

describe('the probe image', () => {
  const path = `${REPOSITORY}/probe:${VERSION}`;

  test('of the release, by its version, where none is declared', async () => {
    expect(releasedProbeImage()).toBe(`ghcr.io/${path}`);
    expect(await images(fleetWith({}))).toEqual({
      cluster1: { image: `ghcr.io/${path}` },
      cluster2: { image: `ghcr.io/${path}` },
    });
  });

  test('from the host of the registry that a cluster pulls from', async () => {
    expect(await images(fleetWith({ registry: 'mirror.example.org:5000/cn2', own: 'other.example.org' }))).toEqual({
      cluster1: { image: `mirror.example.org:5000/${path}` },
      cluster2: { image: `other.example.org/${path}` },
    });
  });

  test('as declared, whatever the registry', async () => {
    const image = 'example.org/own/probe@sha256:0123456789012345678901234567890123456789012345678901234567890123';
    expect(await images(fleetWith({ image, registry: 'mirror.example.org' }))).toEqual({
      cluster1: { image },
      cluster2: { image },
    });
  });

  test('with the login of the cluster, where it is for the host of the image', async () => {
    const fleet = fleetWith({ registry: 'mirror.example.org/cn2', own: 'other.example.org', ownLogin: 'OWN' });
    const values = { PULL: login('https://mirror.example.org/v1/'), OWN: login('other.example.org') };
    expect(await images(fleet, values)).toEqual({
      cluster1: { image: `mirror.example.org/${path}`, pullSecret: values.PULL },
      cluster2: { image: `other.example.org/${path}`, pullSecret: values.OWN },
    });
    const hub = fleetWith({ image: 'acme/probe:1' });
    const named = { PULL: login('https://index.docker.io/v1/') };
    expect(await images(hub, named)).toMatchObject({ cluster1: { pullSecret: named.PULL } });
    const loud = fleetWith({ registry: 'Mirror.Example.org/cn2' });
    const quiet = { PULL: login('mirror.example.org') };
    expect(await images(loud, quiet)).toMatchObject({ cluster1: { pullSecret: quiet.PULL } });
    expect(await images(fleet, { PULL: login('elsewhere.example.org'), OWN: 'no docker config' })).toEqual({
      cluster1: { image: `mirror.example.org/${path}` },
      cluster2: { image: `other.example.org/${path}` },
    });
  });
});
