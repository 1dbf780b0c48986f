import { describe, expect, test } from '@jest/globals';
import { View } from '../../../src/apply/view.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';

function pod(uid: string, text = ''): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: uid, uid }, text };
}

function view(): View {
  return new View({ cluster: 'cluster1', group: '', kind: 'Pod' });
}

function texts(seen: View): string[] {
  return seen.objects().map((object) => `${object.metadata.name}${object['text']}`);
}

describe('a view', () => {
  test('says nothing before the first listing', () => {
    const seen = view();
    seen.event({ type: 'ADDED', object: pod('a') });
    expect(seen.synced).toBe(false);
  });

  test('an event that overtakes a listing wins over it', () => {
    const seen = view();
    const asked = seen.beforeListing();
    seen.event({ type: 'MODIFIED', object: pod('a', ' new') });
    seen.event({ type: 'ADDED', object: pod('b') });
    seen.listed(asked, [pod('a', ' old')]);
    expect(texts(seen)).toEqual(['a new', 'b']);
  });

  test('what was deleted does not come back by a listing that was on its way', () => {
    const seen = view();
    seen.event({ type: 'ADDED', object: pod('a') });
    const asked = seen.beforeListing();
    seen.event({ type: 'DELETED', object: pod('a') });
    seen.listed(asked, [pod('a')]);
    expect(texts(seen)).toEqual([]);
  });

  test('a deletion that the watch has missed is found by the next listing', () => {
    const seen = view();
    seen.listed(seen.beforeListing(), [pod('a'), pod('b')]);
    seen.event({ type: 'MODIFIED', object: pod('b', ' new') });
    seen.listed(seen.beforeListing(), [pod('b', ' newer')]);
    expect(texts(seen)).toEqual(['b newer']);
  });

  test('a listing that works takes a problem away', () => {
    const seen = view();
    seen.problem = { message: 'away', final: false };
    seen.listed(seen.beforeListing(), []);
    expect(seen.problem).toBeUndefined();
  });
});
