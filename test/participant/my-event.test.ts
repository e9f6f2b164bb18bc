import { expect, test } from "vitest";
import { MyEvent } from "../../src/participant/my-event.tsx";
import { wordsFor } from "../../src/ui/words.ts";

test.each(["waitlisted", "constructor", "toString", "__proto__"])(
  "an application whose status is %s does not break the page",
  async (status) => {
    const words = wordsFor("en", "UTC");
    const shown = MyEvent({
      words,
      eventId: "evt_1",
      facts: { name: "An event", from: null, to: null, areDays: false, timeZone: null, isUnpublished: false },
      stays: [],
      profile: { ok: true, value: { display_name: "A name" } },
      application: { ok: true, value: { id: "app_1", status } },
      isRegistered: null,
      program: { ok: true, value: [] },
      webview: false,
    });
    const html = String(await shown);
    expect(html).toContain(words.t("application.unknown"));
    expect(html).toContain("An event");
  },
);

test("answers in the form are shown as they were written, as text", async () => {
  const words = wordsFor("pl", "UTC");
  const answer = `<script>alert(1)</script>\u202E\u{1F600}${"x".repeat(5000)}"'&`;
  const html = String(
    await MyEvent({
      words,
      eventId: "evt_1",
      facts: { name: "An event", from: null, to: null, areDays: false, timeZone: null, isUnpublished: false },
      stays: [],
      profile: { ok: true, value: { display_name: answer } },
      application: {
        ok: true,
        value: {
          id: "app_1",
          status: "approved",
          custom_form_fields: { [answer]: answer, list: ["a", 1, null], inner: { a: answer }, empty: "" },
        },
      },
      isRegistered: null,
      program: { ok: true, value: [] },
      webview: false,
    }),
  );
  expect(html).toContain(words.t("application.answers"));
  expect(html).not.toContain("<script>");
  // The name and its title, a question, and its answer here and in an object.
  expect(html.split("&lt;script&gt;alert(1)&lt;/script&gt;\u202E\u{1F600}xxx")).toHaveLength(6);
  expect(html).toContain("a, 1, –");
});
