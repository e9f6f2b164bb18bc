import type { TestProject } from "vitest/node";
import "../../support/provided.ts";
import { startReceivers } from "./receivers.ts";

/** The receivers of alerts for the tests in workerd, which reach them over loopback. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { origin, close } = await startReceivers();
  project.provide("receivers", origin);
  project.provide("soak", process.env.SOAK === "1");
  project.provide("firstSeed", Number(process.env.FIRST_SEED ?? 1));
  return close;
}
