import * as z from "zod/mini";

/**
 * An object of Revento's: fields that are not named here are kept, because Revento may add some at any time (contract
 * section 4; names beyond the contract's are assumptions, so that only ids are required).
 */
export const wireObject = z.looseObject;

// Of the fields below only the names and kinds are assumed. One of another kind than that reads as null: a page, and
// with it the whole walk, must not fail for a capacity given as a text.

/** A field that may be absent or null. */
export const text = z.catch(z.nullish(z.string()), null);
export const count = z.catch(z.nullish(z.number()), null);

/** An enum value as a plain string: one that nobody has heard of must not break anything. */
export const openEnum = text;

/** Answers to the questions of an organizer's own form: any keys, any values. */
export const customFields = z.catch(z.nullish(z.record(z.string(), z.unknown())), null);

/** A page of a list. `has_more` is the signal, the cursor is opaque. */
export const pageOf = <Row extends z.ZodMiniType>(row: Row) =>
  wireObject({ data: z.array(row), next_cursor: z.nullish(z.string()), has_more: z.boolean() });
