import { findingsSchema } from '../../model/finding.schema.ts';

export const documents = { findings: findingsSchema };
