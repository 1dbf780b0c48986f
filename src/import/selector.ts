import { isFields } from '../model/json-object.ts';

/** Whether a label selector of Kubernetes (LabelSelector) takes what has these labels. One that is absent takes nothing. */
export function takes(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  if (!isFields(selector)) return false;
  const { matchLabels, matchExpressions } = selector;
  const equal = isFields(matchLabels) ? Object.entries(matchLabels) : [];
  const expressions = Array.isArray(matchExpressions) ? matchExpressions : [];
  return (
    equal.every(([key, value]) => labels[key] === value) && expressions.every((each) => isFields(each) && holds(each, labels))
  );
}

function holds({ key, operator, values }: { [key: string]: unknown }, labels: Readonly<Record<string, string>>): boolean {
  const value = typeof key === 'string' && Object.hasOwn(labels, key) ? labels[key] : undefined;
  const among = Array.isArray(values) && value !== undefined && values.includes(value);
  if (operator === 'In') return among;
  if (operator === 'NotIn') return !among;
  if (operator === 'Exists') return value !== undefined;
  return operator === 'DoesNotExist' && value === undefined;
}

/** The labels of a selector that says nothing but labels; undefined for any other one. */
export function plainLabels(selector: unknown): Record<string, string> | undefined {
  if (!isFields(selector) || !isFields(selector['matchLabels'])) return undefined;
  const expressions = selector['matchExpressions'];
  if (Array.isArray(expressions) && expressions.length > 0) return undefined;
  const labels = Object.entries(selector['matchLabels']);
  return labels.every(([, value]) => typeof value === 'string') ? (selector['matchLabels'] as Record<string, string>) : undefined;
}
