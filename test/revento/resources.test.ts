import { expect, test } from "vitest";
import { activityPage, applicationList, participantPage } from "../../src/revento/index.ts";

const page = (row: object) => ({ data: [row], has_more: false });

test("a field of another kind than assumed reads as null, and its page is read", () => {
  const person = { id: "p", display_name: 5, updated_at: 1, custom_form_fields: [], badge: { a: 1 } };
  expect(participantPage.parse(page(person)).data[0]).toEqual({
    id: "p",
    display_name: null,
    updated_at: null,
    custom_form_fields: null,
    badge: { a: 1 },
  });
  expect(activityPage.parse(page({ id: "a", capacity: "30" })).data[0]).toEqual({ id: "a", capacity: null });
  expect(applicationList.parse({ data: [{ id: "x", activity_ids: [1] }] }).data[0]).toEqual({
    id: "x",
    activity_ids: null,
  });
});

test.each([
  ["a row without an id", { data: [{}], has_more: false }],
  ["an id that is no text", { data: [{ id: 1 }], has_more: false }],
  ["no word on whether there is more", { data: [] }],
  ["a cursor that is no text", { data: [], has_more: true, next_cursor: 5 }],
])("%s is malformed: taking it for complete would cancel people", (_, body) => {
  expect(participantPage.safeParse(body).success).toBe(false);
});
