import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";

export interface Picture {
  readonly file: string;
  readonly title: string;
  readonly language: Language;
}

export const LANGUAGES = ["en", "pl"] as const;
export type Language = (typeof LANGUAGES)[number];
const LOCALES: Readonly<Record<Language, string>> = { en: "en-GB", pl: "pl-PL" };

/** A running integration with its Revento. */
export interface Scene {
  readonly workerUrl: string;
  readonly emulatorUrl: string;
  readonly operatorToken: string;
  readonly eventId: string;
  readonly organizationId: string;
}

type Shoot = (name: string, title: string) => Promise<void>;
type Visit = (page: Page, scene: Scene, shoot: Shoot) => Promise<void>;

const atRevento = (page: Page, { emulatorUrl }: Scene): Promise<void> =>
  page.waitForURL((url) => url.origin === emulatorUrl);
const back = (page: Page, { workerUrl }: Scene): Promise<void> =>
  page.waitForURL((url) => url.origin === workerUrl);

async function toConsent(page: Page, scene: Scene, path: string): Promise<void> {
  await page.goto(`${scene.workerUrl}${path}?event_id=${scene.eventId}`);
  await atRevento(page, scene);
  const accounts = page.locator("form.accounts button[name=account]");
  if ((await accounts.count()) > 0) await accounts.first().click();
  await page.locator("button[name=decision]").first().waitFor();
}

const decide = async (page: Page, scene: Scene, decision: "authorize" | "cancel"): Promise<void> => {
  await page.locator(`button[name=decision][value=${decision}]`).click();
  await back(page, scene);
};

const anybody: Visit = async (page, { workerUrl }, shoot) => {
  for (const [path, name, title] of [
    ["/", "home", "The first page"],
    ["/connect", "connect", "Connecting an event"],
    ["/login", "login", "Signing in with Revento"],
    ["/nowhere", "not-found", "A page that is not there"],
  ] as const) {
    await page.goto(`${workerUrl}${path}`);
    await shoot(name, title);
  }
};

const organizer: Visit = async (page, scene, shoot) => {
  await toConsent(page, scene, "/connect");
  await shoot("consent-organizer", "Revento's consent page for the organizer");
  await decide(page, scene, "cancel");
  await shoot("connect-declined", "The organizer declined");
  await toConsent(page, scene, "/connect");
  await decide(page, scene, "authorize");
  await page.waitForTimeout(4_000);
  await shoot("connected", "The event is connected");
  const organization = `${scene.workerUrl}/organizations/${scene.organizationId}`;
  await page.goto(organization);
  await shoot("organization", "All events of an organization");
  const event = `${organization}/events/${scene.eventId}`;
  await page.goto(`${event}/attendance`);
  await shoot("attendance", "Live attendance");
  await page.goto(`${event}/attendance/wall`);
  await shoot("wall", "The wall screen");
};

const participant: Visit = async (page, scene, shoot) => {
  await toConsent(page, scene, "/login");
  await shoot("consent-participant", "Revento's consent page for a participant");
  await decide(page, scene, "cancel");
  await shoot("login-declined", "The participant declined");
  await toConsent(page, scene, "/login");
  await decide(page, scene, "authorize");
  await shoot("me", "A participant's own page");
  await page.goto(`${scene.workerUrl}/me/events/${scene.eventId}`);
  await shoot("my-event", "A participant's event");
};

const operator: Visit = async (page, { workerUrl, operatorToken }, shoot) => {
  await page.goto(`${workerUrl}/ops`);
  await shoot("ops-sign-in", "The operator signs in");
  await page.getByLabel(/token/i).fill(operatorToken);
  await page.getByRole("button", { name: /sign in/i }).click();
  await page.waitForLoadState("networkidle");
  await shoot("ops", "The operator's dashboard");
};

/** Who is shown what. Each starts as a stranger; the operator's pages are in English alone. */
const VISITS: readonly (readonly [visit: Visit, languages: readonly Language[]])[] = [
  [anybody, LANGUAGES],
  [organizer, LANGUAGES],
  [participant, LANGUAGES],
  [operator, ["en"]],
];

async function open(browser: Browser, language: Language): Promise<BrowserContext> {
  return await browser.newContext({ locale: LOCALES[language], viewport: { width: 1280, height: 860 } });
}

/** Takes a picture of every page, in every language that it has, into a folder. */
export async function takePictures(
  browser: Browser,
  scene: Scene,
  folder: string,
): Promise<readonly Picture[]> {
  const pictures: Picture[] = [];
  mkdirSync(join(folder, "screenshots"), { recursive: true });
  for (const [visit, languages] of VISITS) {
    for (const language of languages) {
      const context = await open(browser, language);
      const page = await context.newPage();
      await visit(page, scene, async (name, title) => {
        const file = `screenshots/${name}-${language}.png`;
        await page.screenshot({ path: join(folder, file), fullPage: true });
        pictures.push({ file, title, language });
      });
      await context.close();
    }
  }
  return pictures;
}
