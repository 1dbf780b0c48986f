import { describe, expect, test } from '@jest/globals';
import { parseVendorFile } from '../../../src/render/vendor-document.ts';

/** A NetworkAttachmentDefinition whose JSON is written as `config` says; `behind` follows in its spec. */
function attachment(config: string, behind = ''): string {
  return `apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata:
  name: red
  namespace: ns1
spec:
  config: ${config}
${behind}`;
}

function specs(text: string): unknown[] {
  const { documents, findings } = parseVendorFile('own/nad.yaml', text);
  expect(findings).toEqual([]);
  return documents.map(({ object }) => object['spec']);
}

describe('a quoted text that goes on left of where YAML 1.2 wants it', () => {
  test.each([
    ['\'{\n    "name": "red",\n    "note": "it\'\'s"\n  }\'', '{ "name": "red", "note": "it\'s" }'],
    ['\'{\n"name": "red"\n}\'', '{ "name": "red" }'],
    ['"{\n  \\"name\\":\\\n  \\"red\\"\n}"', '{ "name":"red" }'],
    ["'a\n\n  b'", 'a\nb'],
    ["'a\n    b'", 'a b'],
  ])('%j is read as kubectl reads it', (written, config) => {
    expect(specs(attachment(written))).toEqual([{ config }]);
    expect(specs(attachment(written, '  more: [x]\n'))).toEqual([{ config, more: ['x'] }]);
  });

  test('is found in every document and as often as it stands in one', () => {
    const twice = attachment("'{\n  }'", "  other: '[\n  ]'\n  more: x\n");
    const spec = { config: '{ }', other: '[ ]', more: 'x' };
    expect(specs([twice, attachment("'plain'"), twice].join('---\n'))).toEqual([spec, { config: 'plain' }, spec]);
  });

  test('places behind it, and on its last line, are those of the file', () => {
    const text = attachment("'{\n  }'", '  more: x\n').replace("config: '{\n  }'", "list: ['{\n  }', y]");
    const [document] = parseVendorFile('own/nad.yaml', text).documents;
    expect(document?.at(['spec', 'more'])).toEqual({ file: 'own/nad.yaml', line: 9, column: 9 });
    expect(document?.at(['spec', 'list', 1])).toEqual({ file: 'own/nad.yaml', line: 8, column: 7 });
  });

  test.each(["'{\n  }", '"{\n  }\\"', "'{\n---\n}'"])(
    '%j, which is never closed, is a finding where it opens or ends',
    (written) => {
      const { findings } = parseVendorFile('own/nad.yaml', attachment(written));
      expect(findings[0]).toMatchObject({
        rule: 'manifests',
        severity: 'error',
        message: expect.stringContaining('is not YAML'),
      });
      expect(findings[0]?.line).toBeGreaterThanOrEqual(7);
    },
  );
});
