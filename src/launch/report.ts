import * as z from "zod/mini";
import type { World } from "../world.ts";
import { STATES } from "./checklist.ts";
import { beginTrials, finishTrial, listTrials } from "./store.ts";

const text = z.string().check(z.maxLength(20_000));
const reportShape = z.object({
  url: text,
  version: text,
  commit: text,
  at: text,
  rows: z
    .array(z.object({ id: text, section: text, text, state: z.enum(STATES), evidence: text, todo: text }))
    .check(z.maxLength(100)),
});
/** What `npm run preflight` found, the last time. */
export type ChecklistReport = z.infer<typeof reportShape>;

const TRIAL = "report";

/** Keeps a report for the page in `/ops`. @returns false where it is none */
export async function keepReport(world: World, body: unknown): Promise<boolean> {
  const report = reportShape.safeParse(body);
  if (!report.success) return false;
  const id = crypto.randomUUID();
  await beginTrials(world, [TRIAL], id);
  await finishTrial(world, TRIAL, id, report.data);
  return true;
}

export async function findReport(world: World): Promise<ChecklistReport | null> {
  const trial = (await listTrials(world)).find(({ name }) => name === TRIAL);
  const report = reportShape.safeParse(JSON.parse(trial?.detail ?? "null"));
  return report.success ? report.data : null;
}
