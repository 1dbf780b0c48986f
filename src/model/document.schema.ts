import * as z from 'zod';
import { applySchema } from './apply.schema.ts';
import { driftSchema } from './drift.schema.ts';
import { findingsSchema } from './finding.schema.ts';
import { initSchema } from './init.schema.ts';
import { approvedPlanSchema, planSchema } from './plan.schema.ts';
import { proposeSchema } from './propose.schema.ts';
import { renderSchema } from './render.schema.ts';
import { smokeSchema } from './smoke.schema.ts';

/** Every document that is printed or stored, by the name of its schema file (`schema/<name>.schema.json`). */
export const DOCUMENT_SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  findings: findingsSchema,
  render: renderSchema,
  plan: planSchema,
  'approved-plan': approvedPlanSchema,
  propose: proposeSchema,
  apply: applySchema,
  smoke: smokeSchema,
  drift: driftSchema,
  init: initSchema,
};

/** The JSON Schema of a document. Further fields are allowed: a reader must not break when one is added. */
export function documentJsonSchema(schema: z.ZodType): object {
  return z.toJSONSchema(schema, { io: 'input' });
}
