import { SaxesParser } from 'saxes';

/** An element as an XML parser sees it. */
export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  text: string;
}

/** Attributes that the schema of Jenkins (junit-10.xsd) knows, those that it wants first; and what may be inside. */
const RULES: Record<string, { needs: string[]; may: string[]; inside: string[] }> = {
  testsuites: { needs: [], may: ['name', 'time', 'tests', 'failures', 'disabled', 'errors'], inside: ['testsuite'] },
  testsuite: {
    needs: ['name', 'tests'],
    may: ['failures', 'errors', 'skipped', 'time', 'timestamp', 'hostname', 'id', 'package'],
    inside: ['properties', 'testcase', 'system-out', 'system-err'],
  },
  properties: { needs: [], may: [], inside: ['property'] },
  property: { needs: ['name', 'value'], may: [], inside: [] },
  testcase: {
    needs: ['name'],
    may: ['classname', 'time'],
    inside: ['skipped', 'error', 'failure', 'system-out', 'system-err'],
  },
  failure: { needs: [], may: ['type', 'message'], inside: [] },
  error: { needs: [], may: ['type', 'message'], inside: [] },
  skipped: { needs: [], may: ['type', 'message'], inside: [] },
  'system-out': { needs: [], may: [], inside: [] },
};

/** The root element. Throws for what is not well-formed XML 1.0. */
export function readXml(text: string): XmlElement {
  const parser = new SaxesParser({ defaultXMLVersion: '1.0', forceXMLVersion: true });
  const top: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const open = [top];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes: { ...attributes } as Record<string, string>, children: [], text: '' };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  parser.on('text', (part) => {
    open.at(-1)!.text += part;
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(text).close();
  return top.children[0]!;
}

/** Every element of a name below another, itself among them. */
export function elementsOf(root: XmlElement, name: string): XmlElement[] {
  return [...(root.name === name ? [root] : []), ...root.children.flatMap((child) => elementsOf(child, name))];
}

/** What a reader of JUnit reports would stumble over: elements and attributes that the schema does not know, counts that are wrong. */
export function junitFaults(element: XmlElement): string[] {
  const { name, attributes, children, text } = element;
  const rule = RULES[name];
  if (rule === undefined) return [`element ${name}`];
  const faults = [
    ...rule.needs.filter((key) => attributes[key] === undefined).map((key) => `${name} without ${key}`),
    ...Object.keys(attributes)
      .filter((key) => !rule.needs.includes(key) && !rule.may.includes(key))
      .map((key) => `${name} with ${key}`),
    ...children.filter((child) => !rule.inside.includes(child.name)).map((child) => `${child.name} in ${name}`),
    ...(rule.inside.length > 0 && text.trim() !== '' ? [`text in ${name}`] : []),
    ...(name === 'testcase' && children.length > 1 ? ['two outcomes of a case'] : []),
    ...(attributes['time'] !== undefined && !/^\d+(\.\d+)?$/.test(attributes['time']) ? [`time ${attributes['time']}`] : []),
  ];
  if (name === 'testsuites' || name === 'testsuite') faults.push(...countFaults(element));
  return [...faults, ...children.flatMap(junitFaults)];
}

const COUNTED = { tests: 'testcase', failures: 'failure', errors: 'error', skipped: 'skipped' };

function countFaults(element: XmlElement): string[] {
  const { name, attributes } = element;
  return Object.entries(COUNTED).flatMap(([key, of]) => {
    const count = String(elementsOf(element, of).length);
    const said = attributes[key];
    return said === count || (said === undefined && key === 'skipped' && name === 'testsuites')
      ? []
      : [`${name} says ${key}="${said}", it has ${count}`];
  });
}
