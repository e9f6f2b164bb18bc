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
      facts: { name: "An event", from: null, to: null, timeZone: null, isUnpublished: false },
      stays: [],
      profile: { ok: true, value: { display_name: "A name" } },
      application: { ok: true, value: { id: "app_1", status } },
      program: { ok: true, value: [] },
      webview: false,
    });
    const html = String(await shown);
    expect(html).toContain(words.t("application.unknown"));
    expect(html).toContain("An event");
  },
);
