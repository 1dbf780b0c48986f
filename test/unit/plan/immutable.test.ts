import { describe, expect, test } from '@jest/globals';
import { needsReplacement, saysImmutable } from '../../../src/plan/immutable.ts';

describe("the server's words for what cannot change in place", () => {
  test.each([
    'deployments.apps a/b is not accepted (422): spec.selector: Invalid value: {}: field is immutable',
    'secrets a/b is not accepted (422): type (field is immutable)',
    'clusterrolebindings.rbac.authorization.k8s.io b is not accepted (422): roleRef: Invalid value: {}: cannot change roleRef',
    "statefulsets.apps a/b is not accepted (422): spec: Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden",
  ])('%s', (message) => {
    expect(saysImmutable(message)).toBe(true);
  });

  test('are not every refusal', () => {
    expect(saysImmutable('kubemanagers a/b is not accepted (422): spec.clusterName: Invalid value: "A"')).toBe(false);
  });
});

describe('what CN2 takes once', () => {
  const kubemanager = { apiVersion: 'configplane.juniper.net/v1', kind: 'Kubemanager', metadata: { name: 'k' } };
  test.each(['clusterName', 'podV4Subnet', 'serviceV6Subnet', 'listenerPort', 'constantRouteTargetNumber'])('%s', (field) => {
    expect(needsReplacement(kubemanager, [{ path: `/spec/${field}`, before: 1, after: 2 }], undefined)).toBe(true);
    expect(needsReplacement(kubemanager, [{ path: `/spec/${field}`, after: 2 }], undefined)).toBe(false);
  });

  test('a provider network, which may be made one but not taken back', () => {
    const network = { apiVersion: 'core.contrail.juniper.net/v4', kind: 'VirtualNetwork', metadata: { name: 'n' } };
    const path = '/spec/isProviderNetwork';
    const own = { 'f:spec': { 'f:isProviderNetwork': {} } };
    expect(needsReplacement(network, [{ path, before: true, after: false }], own)).toBe(true);
    expect(needsReplacement(network, [{ path, before: true }], own)).toBe(true);
    expect(needsReplacement(network, [{ path, before: false, after: true }], own)).toBe(false);
    expect(needsReplacement(network, [{ path, after: true }], own)).toBe(false);
    expect(needsReplacement(kubemanager, [{ path, before: true, after: false }], own)).toBe(false);
  });

  test('and what may change in place', () => {
    expect(needsReplacement(kubemanager, [{ path: '/spec/enableNad', before: true, after: false }], undefined)).toBe(false);
  });

  test('what goes counts where it was ours, not where somebody else has added it', () => {
    const gone = [{ path: '/spec/podV4Subnet', before: '10.0.0.0/17' }];
    expect(needsReplacement(kubemanager, gone, { 'f:spec': { 'f:podV4Subnet': {} } })).toBe(true);
    expect(needsReplacement(kubemanager, gone, { 'f:spec': { 'f:clusterName': {} } })).toBe(false);
    expect(needsReplacement(kubemanager, gone, undefined)).toBe(false);
  });
});
