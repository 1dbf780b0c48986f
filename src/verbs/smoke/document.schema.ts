import { smokeSchema } from '../../model/smoke.schema.ts';

export const documents = { smoke: smokeSchema };
