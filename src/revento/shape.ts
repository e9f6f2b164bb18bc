import * as z from "zod/mini";

/**
 * An object of Revento's: fields that are not named here are kept, because Revento may add some at any time (contract
 * section 4; names beyond the contract's are assumptions, so that only ids are required).
 */
export const wireObject = z.looseObject;

/** A field that may be absent or null. */
export const text = z.nullish(z.string());
export const count = z.nullish(z.number());

/** An enum value as a plain string: one that nobody has heard of must not break anything. */
export const openEnum = z.nullish(z.string());

/** Answers to the questions of an organizer's own form: any keys, any values. */
export const customFields = z.nullish(z.record(z.string(), z.unknown()));

/** A page of a list. `has_more` is the signal, the cursor is opaque. */
export const pageOf = <Row extends z.ZodMiniType>(row: Row) =>
  wireObject({ data: z.array(row), next_cursor: text, has_more: z.boolean() });
