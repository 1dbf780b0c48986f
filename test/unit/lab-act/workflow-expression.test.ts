import { describe, expect, test } from '@jest/globals';
import { conditionHolds, evaluate, interpolate } from '../../../lab/github/workflow-expression.ts';

const values = {
  inputs: { 'github-token': 'tok', only: '', Command: 'plan' },
  steps: { node: { outputs: { ok: 'true' }, outcome: 'success' } },
  github: { event: { number: 7 } },
};
/** As it stands in a file. */
const expression = (text: string) => `\${{${text}}}`;
const context = { values, status: 'success' as const };

describe('expressions of an action.yml', () => {
  test.each([
    ['inputs.github-token', 'tok'],
    ["inputs['github-token']", 'tok'],
    ['inputs.command', 'plan'],
    ['steps.absent.outputs.x', null],
    ["inputs.only || 'none'", 'none'],
    ["inputs.only && 'set' || 'not'", 'not'],
    ["steps.node.outputs.ok != 'true'", false],
    ["!(inputs.only == '') || 'it''s'", "it's"],
    ['github.event.number == 7', true],
    ["contains(inputs.command, 'LA')", true],
    ["startsWith('abc', 'b') || endsWith('abc', 'c')", true],
  ])('%s is %j', (text, value) => {
    expect(evaluate(text, context)).toEqual(value);
  });

  test('fill a text', () => {
    expect(interpolate(`a ${expression(' inputs.command ')}-${expression('inputs.none')} b`, context)).toBe('a plan- b');
  });

  test.each(['inputs.', "'open", 'a b', 'hashFiles(1)', '(inputs.only', '1 +'])('%s is refused', (text) => {
    expect(() => evaluate(text, context)).toThrow();
  });

  test.each([
    [undefined, [true, false, false]],
    ['always()', [true, true, true]],
    [expression(' failure() '), [false, true, false]],
    ['cancelled() || failure()', [false, true, true]],
    ["steps.node.outputs.ok == 'true'", [true, false, false]],
    ["always() && inputs.only != ''", [false, false, false]],
  ])('if: %s after success, failure, cancel: %j', (condition, holds) => {
    const statuses = ['success', 'failure', 'cancelled'] as const;
    expect(statuses.map((status) => conditionHolds(condition, { values, status }))).toEqual(holds);
  });
});
