import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import type { Stack } from "../../test/e2e/support/stack.ts";
import { anybody, disconnect, operator, organizer, over, participant } from "./visits.ts";

export const LANGUAGES = ["en", "pl"] as const;
export type Language = (typeof LANGUAGES)[number];
const LOCALES: Readonly<Record<Language, string>> = { en: "en-GB", pl: "pl-PL" };

const VIEWPORT = { width: 1280, height: 800 };

/** One page, in every language that it has. */
export interface Picture {
  readonly name: string;
  readonly title: string;
  /** Files within the pack. */
  readonly files: Partial<Record<Language, string>>;
}

export interface Album {
  readonly title: string;
  readonly note: string;
  readonly languages: readonly Language[];
  readonly pictures: readonly Picture[];
}

/** A running integration with its Revento. */
export interface Scene extends Stack {
  readonly eventId: string;
  readonly organizationId: string;
}

export type Shoot = (page: Page, name: string, title: string) => Promise<void>;
export type Visit = (page: Page, scene: Scene, shoot: Shoot) => Promise<void>;

interface Plan extends Omit<Album, "pictures"> {
  readonly visit: Visit;
  /** What has to be so once, for every language: they then share one browser. */
  readonly first?: (page: Page, scene: Scene) => Promise<void>;
}

/** Who is shown what, stage by stage: the connection that an organizer makes is what the next stage sees. */
const STAGES: readonly (readonly Plan[])[] = [
  [
    { title: "Anybody", note: "", languages: LANGUAGES, visit: anybody },
    { title: "Organizers, and people at the door", note: "", languages: LANGUAGES, visit: organizer },
  ],
  [
    { title: "Participants", note: "", languages: LANGUAGES, visit: participant },
    {
      title: "Operators",
      note: "These pages are for whoever runs the integration, never for an organizer or a participant, and are in English only.",
      languages: ["en"],
      visit: operator,
    },
  ],
  [
    {
      title: "When the organizer has disconnected the event",
      note: "",
      languages: LANGUAGES,
      first: disconnect,
      visit: over,
    },
  ],
];

const openPage = async (browser: Browser, language: Language): Promise<Page> =>
  await (await browser.newContext({ locale: LOCALES[language], viewport: VIEWPORT })).newPage();

/** A page in the wrong language would be taken for a page that is not translated. */
async function ensureLanguage(page: Page, name: string, language: Language): Promise<void> {
  const spoken = await page.evaluate(() => document.documentElement.lang);
  if (spoken !== language) throw new Error(`${name} is in ${spoken}, not in ${language}`);
}

async function fill(plan: Plan, browser: Browser, scene: Scene, folder: string): Promise<Album> {
  const { first, visit, ...about } = plan;
  const pictures = new Map<string, Picture>();
  const shared = first === undefined ? null : await openPage(browser, "en");
  if (shared !== null) await first?.(shared, scene);
  for (const language of about.languages) {
    const page = shared ?? (await openPage(browser, language));
    if (shared !== null) await page.goto(`${scene.workerUrl}/?lang=${language}`);
    await visit(page, scene, async (shown, name, title) => {
      await ensureLanguage(shown, name, language);
      const file = `screenshots/${name}-${language}.png`;
      await shown.screenshot({ path: join(folder, file), fullPage: true });
      pictures.set(name, { name, title, files: { ...pictures.get(name)?.files, [language]: file } });
    });
    if (shared === null) await page.context().close();
  }
  await shared?.context().close();
  return { ...about, pictures: [...pictures.values()] };
}

/** Takes a picture of every page, in every language that it has, into a folder. */
export async function takePictures(
  browser: Browser,
  scene: Scene,
  folder: string,
): Promise<readonly Album[]> {
  mkdirSync(join(folder, "screenshots"), { recursive: true });
  const albums: Album[] = [];
  for (const stage of STAGES) {
    albums.push(...(await Promise.all(stage.map((plan) => fill(plan, browser, scene, folder)))));
  }
  return albums;
}
