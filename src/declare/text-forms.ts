/** Forms of text that Kubernetes and OCI registries demand, with the words to say when a text does not fit. */
export interface TextForm {
  pattern: RegExp;
  longest: number;
  /** Continues "must be …". */
  words: string;
}

const DNS_PART = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const LABEL_NAME = '[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?';

export const DNS_LABEL: TextForm = {
  pattern: /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
  longest: 63,
  words: 'a DNS label: lower-case letters, digits and dashes, at most 63',
};

/** Object names that are also label values here, so 63 and not the 253 that a subdomain may have. */
export const OBJECT_NAME: TextForm = {
  pattern: /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/,
  longest: 63,
  words: 'an object name: lower-case letters, digits, dashes and dots, at most 63',
};

/** Names of most objects of Kubernetes (RFC 1123 subdomain). */
export const SUBDOMAIN: TextForm = {
  pattern: OBJECT_NAME.pattern,
  longest: 253,
  words: 'lower-case letters, digits, dashes and dots, a letter or digit at both ends',
};

export const LABEL_KEY: TextForm = {
  pattern: new RegExp(`^(?:(?=[^/]{1,253}/)${DNS_PART}(?:\\.${DNS_PART})*/)?${LABEL_NAME}$`),
  longest: 317,
  words:
    'a label key: at most 63 letters, digits, dashes, dots, underscores, first and last a letter or digit, with an optional DNS prefix before a slash',
};

export const LABEL_VALUE: TextForm = {
  pattern: new RegExp(`^(?:${LABEL_NAME})?$`),
  longest: 63,
  words: 'a label value: at most 63 letters, digits, dashes, dots, underscores, first and last a letter or digit',
};

export const ENVIRONMENT_VARIABLE: TextForm = {
  pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
  longest: 255,
  words: 'the name of an environment variable: letters, digits, underscores',
};

export const REGISTRY: TextForm = {
  pattern: /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*\/*$/,
  longest: 255,
  words: 'a registry host with an optional port and path, without https://',
};

/** The last part of an image's reference, and its tag: the distribution project's grammar (reference.go). */
export const IMAGE_NAME: TextForm = {
  pattern: /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/,
  longest: 255,
  words: 'the name of an image without registry and tag, for example contrail-k8s-kubemanager',
};

export const IMAGE_TAG: TextForm = {
  pattern: /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/,
  longest: 128,
  words: 'an image tag: letters, digits, dots, dashes and underscores, at most 128',
};

/** Whether a text has a form. */
export function fits(text: string, form: TextForm): boolean {
  return text.length <= form.longest && form.pattern.test(text);
}
