import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright-core";

/**
 * The serious and critical violations on the page as it is, by every rule of axe. The page itself collects the results,
 * since no frame of another origin is looked into, and only violations are told: both save more than half of the time.
 * @returns each rule with the elements that break it, `color-contrast: <a href="…"> | …`
 */
export async function seriousViolations(page: Page): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ["violations"] });
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}
