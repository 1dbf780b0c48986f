import { isDeepStrictEqual } from 'node:util';
import type { Finding } from '../model/finding.ts';
import { objectKey, objectTitle, refOf } from '../model/object-ref.ts';
import type { VendorDocument } from './vendor-document.ts';
import { vendorProblem } from './vendor-roles.ts';

/**
 * Objects that the files of one cluster hold more than once with different content: which of them is meant nobody knows. The
 * same content twice is one object, but of a Secret, whose content is referred to by its file.
 */
export function twiceFindings(documents: readonly VendorDocument[]): Finding[] {
  const first = new Map<string, VendorDocument>();
  return documents.flatMap((document) => {
    const ref = refOf(document.object);
    const before = first.get(objectKey(ref));
    if (before === undefined) {
      first.set(objectKey(ref), document);
      return [];
    }
    if (isDeepStrictEqual(before.object, document.object) && (ref.kind !== 'Secret' || before.file === document.file)) return [];
    const problem = vendorProblem(
      document.at(['metadata', 'name']),
      `${objectTitle(ref)} is twice in the vendor's files`,
      'Keep one of the two, or restore the files as downloaded.',
    );
    return [{ ...problem, related: [{ ...before.at(['metadata', 'name']), message: 'the other one' }] }];
  });
}
