import type { z } from 'zod';

/** A type with every level written out, so that two ways of writing the same shape compare equal. */
type Flat<T> = T extends readonly (infer Item)[] ? Flat<Item>[] : T extends object ? { [Key in keyof T]: Flat<T[Key]> } : T;

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/**
 * Takes a schema that describes exactly the given type, optional fields included; any other does not compile. So the schemas in
 * schema/, which are generated, cannot say anything else than the types that the code works with.
 */
export function agree<Type>() {
  return <Schema extends z.ZodType>(
    schema: Equal<Flat<z.output<Schema>>, Flat<Type>> extends true ? Schema : 'the schema and the type differ',
  ): Schema => schema as Schema;
}
