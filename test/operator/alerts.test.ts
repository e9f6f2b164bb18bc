import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { channelsOf, openBox } from "../support/alerting.ts";
import { testSettings } from "../support/settings.ts";

const ORIGIN = "http://localhost:8787";

test("the operator sees the channels, and a button says a test sentence on one", async () => {
  const [box, dead] = [openBox("ops-works"), openBox("ops-dead")];
  await dead.mode({ status: 404 });
  const [slack, sms] = [channelsOf(box).slack, channelsOf(dead).sms];
  const quiet_hours = { from: "00:00", to: "23:59", time_zone: "Europe/Warsaw" };
  const rules = [{ id: "ops", signal: "*", quiet_hours, channels: [slack, sms] }];
  const settings = { ...env, PUBLIC_URL: ORIGIN, ALERT_RULES: JSON.stringify(rules) };
  const send = (path: string, method = "GET") =>
    createApp().request(
      `${ORIGIN}${path}`,
      {
        method,
        headers: { authorization: `Bearer ${testSettings.OPERATOR_TOKEN}`, origin: ORIGIN },
        redirect: "manual",
      },
      settings,
    );
  const page = await (await send("/ops/alerts")).text();
  expect(page).toContain(slack.name);
  expect(page).toContain("00:00–23:59 Europe/Warsaw");
  expect(page).not.toContain(slack.url);
  expect(page).not.toContain(sms.auth_token);

  const worked = await send(`/ops/alerts/${slack.name}/test`, "POST");
  expect(worked.headers.get("location")).toBe(`/ops/alerts?tested=${slack.name}`);
  expect((await box.received()).accepted).toHaveLength(1);
  const failed = await send(`/ops/alerts/${sms.name}/test`, "POST");
  expect(await (await send(failed.headers.get("location") ?? "")).text()).toContain("answered 404");
  expect((await send("/ops/alerts/nobody/test", "POST")).status).toBe(404);
});
