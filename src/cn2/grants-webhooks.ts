import type { Grant } from '../model/grant.ts';
import { fieldsOf, itemsOf, plain, textsOf } from './json-nodes.ts';

/** Where an object makes the API server send requests: admission webhooks, conversion webhooks, aggregated APIs. */
export function webhookGrants(object: Readonly<Record<string, unknown>>): Grant[] {
  switch (object['kind']) {
    case 'MutatingWebhookConfiguration':
      return admission(object, 'changes');
    case 'ValidatingWebhookConfiguration':
      return admission(object, 'judges');
    case 'CustomResourceDefinition':
      return conversion(object);
    case 'APIService':
      return apiService(object);
    default:
      return [];
  }
}

function admission(object: Readonly<Record<string, unknown>>, does: string): Grant[] {
  return itemsOf(object['webhooks']).map((webhook): Grant => {
    const fields = fieldsOf(webhook);
    const rules = itemsOf(fields['rules']).map((rule) => {
      const { operations, resources, apiGroups } = fieldsOf(rule);
      const groups = textsOf(apiGroups).map((group) => (group === '' ? 'core' : group));
      return `${words(textsOf(operations), 'every operation')} of ${words(textsOf(resources), 'every resource')} of ${words(groups, 'every group')}`;
    });
    return { what: 'webhook', detail: `${does} ${rules.join('; ') || 'nothing'} at ${target(fields['clientConfig'])}` };
  });
}

function conversion(object: Readonly<Record<string, unknown>>): Grant[] {
  const { strategy, webhook, webhookClientConfig } = fieldsOf(object, 'spec', 'conversion');
  if (strategy !== 'Webhook') return [];
  const client = fieldsOf(webhook)['clientConfig'] ?? webhookClientConfig;
  return [{ what: 'conversionWebhook', detail: `converts every object of the kind at ${target(client)}` }];
}

function apiService(object: Readonly<Record<string, unknown>>): Grant[] {
  const { group, version, service, insecureSkipTLSVerify } = fieldsOf(object['spec']);
  const where = service === undefined || service === null ? 'the API server itself' : target({ service });
  const unchecked = insecureSkipTLSVerify === true ? ', certificate not checked' : '';
  return [{ what: 'apiService', detail: `${plain(group ?? '')}/${plain(version ?? '')} is served by ${where}${unchecked}` }];
}

function target(client: unknown): string {
  const { url, service } = fieldsOf(client);
  if (url !== undefined) return plain(url);
  const { namespace, name, port, path } = fieldsOf(service);
  if (name === undefined) return 'no address';
  const at = `Service ${plain(namespace ?? '')}/${plain(name)}${port === undefined ? '' : `:${plain(port)}`}`;
  return path === undefined ? at : `${at}, path ${plain(path)}`;
}

function words(parts: readonly string[], all: string): string {
  return parts.includes('*') || parts.length === 0 ? all : parts.map(plain).join(', ');
}
