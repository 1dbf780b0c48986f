import * as z from 'zod';
import { FORWARDING_ANNOTATION, isOwnKey } from '../cn2/names.ts';
import { isJson, MOST_LEVELS } from '../model/json-object.ts';
import { parseAddress, parseCidr } from './cidr.ts';
import { durationOf } from './duration.ts';
import { ENVIRONMENT_VARIABLE, LABEL_KEY, LABEL_VALUE, type TextForm } from './text-forms.ts';

const OWN_KEY_ERROR = 'is set by cn2-fleet itself';

/** A text that is not empty. */
export function text(description: string): z.ZodString {
  return z.string().min(1, { error: 'is empty' }).describe(description);
}

/** A text of a form that Kubernetes or a registry requires. */
export function formed(form: TextForm, description: string): z.ZodString {
  return z
    .string()
    .max(form.longest, { error: `must be ${form.words}` })
    .regex(form.pattern, { error: `must be ${form.words}` })
    .describe(description);
}

/** A text that the JSON schema can only call a string; the sentence says what is wrong with one that does not fit. */
export function judged(test: (value: string) => boolean, error: string, description: string): z.ZodString {
  return z.string().refine(test, { error }).describe(description);
}

/** A network of either family. */
export const cidr = judged(
  (value) => parseCidr(value) !== undefined,
  'is not a CIDR',
  'An IPv4 or IPv6 network, address/prefix.',
);

/** A network of one family. */
export function cidrOf(family: 'v4' | 'v6'): z.ZodString {
  const name = family === 'v4' ? 'IPv4' : 'IPv6';
  return judged((value) => parseCidr(value)?.family === family, `is not an ${name} CIDR`, `An ${name} network, address/prefix.`);
}

/** An address of one family. */
export function addressOf(family: 'v4' | 'v6', description: string): z.ZodString {
  const name = family === 'v4' ? 'IPv4' : 'IPv6';
  return judged((value) => parseAddress(value)?.family === family, `is not an ${name} address`, description);
}

function oneOfEachFamily(values: readonly string[]): boolean {
  const families = values.map((value) => parseCidr(value)?.family).filter((family) => family !== undefined);
  return new Set(families).size === families.length;
}

/** The pod or service networks of a cluster. */
export function subnets(description: string) {
  return z
    .array(cidr)
    .min(1, { error: 'needs at least one CIDR' })
    .refine(oneOfEachFamily, { error: 'has two CIDRs of the same family; at most one IPv4 and one IPv6 are possible' })
    .describe(description);
}

/** A reference to a credential: exactly one of env and file. */
export const credential = z
  .strictObject({
    env: formed(ENVIRONMENT_VARIABLE, 'Environment variable that holds the content, plain or base64.').optional(),
    file: text('File that holds the content, relative to this file.').optional(),
    context: text('Context of the kubeconfig; default: its current context.').optional(),
  })
  .refine(({ env, file }) => (env === undefined) !== (file === undefined), { error: 'needs exactly one of env and file' })
  .meta({
    description: 'A reference to a credential; the value itself never appears here.',
    oneOf: [{ required: ['env'] }, { required: ['file'] }],
  });

/** A part of a Kubernetes object, merged into what is rendered. */
export function merged(description: string) {
  return z
    .record(z.string(), z.unknown())
    .refine((value) => isJson(value), { error: NOT_PLAIN })
    .describe(description);
}

const NOT_PLAIN = `is not plain data of at most ${MOST_LEVELS} levels, with whole numbers of at most ${Number.MAX_SAFE_INTEGER}`;

/** A day of the calendar. */
export function day(description: string): z.ZodString {
  return judged(isDay, 'is not a date', description);
}

function isDay(value: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
  // Of a month that is too short some readers make the next one.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

/** A length of time of at most a day. */
export function duration(description: string): z.ZodString {
  return judged(
    (value) => (durationOf(value) ?? Number.POSITIVE_INFINITY) <= LONGEST_MS,
    'is not a duration of at most 24h',
    description,
  );
}

const LONGEST_MS = 24 * 60 * 60 * 1000;

/** Labels as Kubernetes takes them. */
export const labels = z.record(formed(LABEL_KEY, 'Label key.'), formed(LABEL_VALUE, 'Label value.'));

function objectKey(description: string) {
  return formed(LABEL_KEY, description).refine((key) => !isOwnKey(key), { error: OWN_KEY_ERROR });
}

/** Labels of an object that the fleet makes. */
export const objectLabels = z.record(objectKey('Label key.'), formed(LABEL_VALUE, 'Label value.'));

/** Annotations of an object that the fleet makes. */
export const objectAnnotations = z.record(objectKey('Annotation key.'), z.string());

/** Annotations of a namespace. */
export const namespaceAnnotations = z.record(
  objectKey('Annotation key.').refine((key) => key !== FORWARDING_ANNOTATION, { error: 'is what the key forwarding sets' }),
  z.string(),
);

/** What only the lab reads. */
export const lab = z
  .strictObject({
    workers: z
      .int()
      .min(0, { error: 'must not be negative' })
      .describe('Worker nodes in addition to the control-plane node.')
      .optional(),
  })
  .describe('What the lab creates for this cluster.');

/** What to do about a value that one of the sentences above describes. */
export const REMEDIES: Record<string, string> = {
  'is not a date': 'Write year-month-day, for example 2027-06-30.',
  'is not a duration of at most 24h': 'Write hours, minutes and seconds, for example 90s, 10m or 1h30m.',
  'names a cluster twice': 'Write each cluster once.',
  'is empty': 'Write a value, or remove the key if it is optional.',
  'is not a CIDR': 'Write address/prefix, for example 10.233.128.0/17.',
  'is not an IPv4 CIDR': 'Write address/prefix, for example 10.0.0.0/24.',
  'is not an IPv6 CIDR': 'Write address/prefix, for example fd00:10::/112.',
  'is not an IPv4 address': 'Write four decimal numbers without leading zeros, for example 10.0.0.1.',
  'is not an IPv6 address': 'Write an IPv6 address, for example fd00:10::1.',
  'needs at least one CIDR': 'Write the networks that the cluster was created with.',
  'has two CIDRs of the same family; at most one IPv4 and one IPv6 are possible': 'Keep one IPv4 and one IPv6 network.',
  'needs exactly one of env and file': 'Write {env: NAME} or {file: path}.',
  'needs v4, v6 or both': 'Add v4: {cidr: …} or v6: {cidr: …}; only a network with fabricForwarding: true can do without.',
  'needs index, or both listenerPort and constantRouteTargetNumber':
    'Add index: the next one that no cluster has or had (0 for the first), or both listenerPort and constantRouteTargetNumber.',
  [NOT_PLAIN]: 'Write texts, numbers, true, false, null, lists and mappings; a larger number would be rounded.',
  'names an index twice': 'Write each index once.',
  'names a family twice': 'Write each family once.',
  'has no value': 'Write a value, or remove the key.',
  'is not a route target': 'Write target:<AS number or IPv4 address>:<number>, for example target:64512:1000.',
  'names a route target twice': 'Write each route target once.',
};
