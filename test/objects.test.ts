import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { Config } from "../src/config.ts";
import { objectNamed } from "../src/objects.ts";
import { testWorld } from "./support/world.ts";

const inEu: Config = { ...testWorld().config, jurisdiction: "eu" };

test("a jurisdiction that the local runtime does not know leaves the object where it is", () => {
  const stub = objectNamed(inEu, env.CONNECTION, "evt/org");
  expect(stub.id.toString()).toBe(env.CONNECTION.idFromName("evt/org").toString());
});

test("where the platform refuses a jurisdiction, no object is made outside of it", () => {
  const namespace = {
    jurisdiction: () => {
      throw new Error("jurisdiction eu is not available to this account");
    },
  } as unknown as typeof env.CONNECTION;
  expect(() => objectNamed(inEu, namespace, "evt/org")).toThrow("not available");
});
