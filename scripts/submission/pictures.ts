import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import type { Stack } from "../../test/e2e/support/stack.ts";
import { anybody, operator, organizer, over, participant } from "./visits.ts";

export const LANGUAGES = ["en", "pl"] as const;
export type Language = (typeof LANGUAGES)[number];
const LOCALES: Readonly<Record<Language, string>> = { en: "en-GB", pl: "pl-PL" };

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

/** Who is shown what, in this order: the connection that an organizer makes is what the next ones see. */
const VISITS: readonly (Omit<Album, "pictures"> & { readonly visit: Visit })[] = [
  { title: "Anybody", note: "", languages: LANGUAGES, visit: anybody },
  { title: "Organizers, and people at the door", note: "", languages: LANGUAGES, visit: organizer },
  { title: "Participants", note: "", languages: LANGUAGES, visit: participant },
  {
    title: "Operators",
    note: "These pages are for whoever runs the integration, never for an organizer or a participant, and are in English only.",
    languages: ["en"],
    visit: operator,
  },
  { title: "When the organizer has disconnected the event", note: "", languages: LANGUAGES, visit: over },
];

/** Takes a picture of every page, in every language that it has, into a folder. */
export async function takePictures(
  browser: Browser,
  scene: Scene,
  folder: string,
): Promise<readonly Album[]> {
  mkdirSync(join(folder, "screenshots"), { recursive: true });
  const albums: Album[] = [];
  for (const { visit, ...about } of VISITS) {
    const pictures = new Map<string, Picture>();
    for (const language of about.languages) {
      const viewport = { width: 1280, height: 800 };
      const context = await browser.newContext({ locale: LOCALES[language], viewport });
      await visit(await context.newPage(), scene, async (page, name, title) => {
        const file = `screenshots/${name}-${language}.png`;
        await page.screenshot({ path: join(folder, file), fullPage: true });
        pictures.set(name, { name, title, files: { ...pictures.get(name)?.files, [language]: file } });
      });
      await context.close();
    }
    albums.push({ ...about, pictures: [...pictures.values()] });
  }
  return albums;
}
