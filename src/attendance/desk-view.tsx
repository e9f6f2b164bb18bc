import type { FC } from "hono/jsx";
import { Badge, Name, type Translate, type Words } from "../ui/index.ts";
import type { Flag } from "./check-in.ts";
import type { Attendance } from "./counts.ts";
import type { Found, Guest } from "./people.ts";

interface DeskViewProps {
  readonly words: Words;
  readonly base: string;
  /** Without scripts. */
  readonly found: Found;
  readonly numbers: Attendance;
}

/**
 * Search, tap, undo. Without scripts it is a form that loads again; `desk.js` searches on the device, goes on without
 * a connection, and fills copies of the same row.
 */
export const DeskView: FC<DeskViewProps> = ({ words, base, found, numbers }) => {
  const { t } = words;
  const { query, guests } = found;
  return (
    <section
      class="desk stack"
      id="desk"
      data-base={base}
      data-locale={words.locale}
      data-time-zone={words.timeZone}
      data-zone-name={words.namesZone ? "short" : undefined}
      data-texts={JSON.stringify(textsForScript(t))}
    >
      <p class="row">
        <strong>
          <span id="checked-in">{words.number(numbers.checkedIn)}</span> /{" "}
          <span id="expected">{words.number(numbers.expected)}</span>
        </strong>
        <span class="small muted">{t("desk.counted")}</span>
        <span class="muted" id="connection" role="status"></span>
      </p>
      <search>
        <form method="get" action={base}>
          <label for="q">{t("desk.search")}</label>
          <div class="row nowrap">
            <input id="q" name="q" type="search" value={query} autocomplete="off" enterkeyhint="search" />
            <button type="submit" class="plain">
              {t("desk.search.action")}
            </button>
          </div>
        </form>
      </search>
      <div class="row">
        <button type="button" id="scan" class="quiet" hidden>
          {t("desk.scan")}
        </button>
      </div>
      <video id="camera" hidden playsinline muted></video>
      <p id="said" role="status" class="said"></p>
      <p id="outcome" role="status" class="muted">
        {outcomeOf(t, found)}
      </p>
      <ul class="list guests" id="guests">
        {guests.map((guest) => (
          <GuestRow words={words} base={base} query={query} guest={guest} />
        ))}
      </ul>
      <template id="guest">
        <GuestRow words={words} base={base} query="" guest={EMPTY} />
      </template>
    </section>
  );
};

const EMPTY: Guest = { id: "", name: "", role: null, flag: null, isRegistered: true, checkedInAt: null };

/** That nobody was found, or that not everybody is shown. */
function outcomeOf(t: Translate, { query, guests, all }: Found): string {
  if (query.trim() === "") return "";
  if (all === 0) return t("desk.nobody", { query });
  return all > guests.length ? t("desk.cut", { shown: guests.length, all }) : "";
}

/** What the script says by itself, in the language of the page. */
function textsForScript(t: Translate): Readonly<Record<string, string>> {
  const calls = ["here", "in", "undo", "undone", "scan", "stop"] as const;
  const notices = ["offline", "closed", "unknown", "noCamera"] as const;
  return {
    ...Object.fromEntries([...calls, ...notices].map((key) => [key, t(`desk.script.${key}`)])),
    nobody: t("desk.nobody", { query: "{query}" }),
    cut: t("desk.cut", { shown: "{shown}", all: "{all}" }),
    cancelled: t("desk.cancelled"),
    not_approved: t("desk.not_approved"),
    not_registered: t("desk.not_registered"),
  };
}

const FLAG_TEXT = { cancelled: "desk.cancelled", not_approved: "desk.not_approved" } as const;

export const FlagBadge: FC<{ t: Translate; flag: Flag | null }> = ({ t, flag }) =>
  flag === null ? null : <Badge tone={flag === "cancelled" ? "bad" : "warn"}>{t(FLAG_TEXT[flag])}</Badge>;

/** What is amiss with somebody; not having registered is said of those alone who otherwise might come in. */
const GuestBadge: FC<{ t: Translate; guest: Guest }> = ({ t, guest: { flag, isRegistered } }) =>
  flag === null && !isRegistered ? (
    <Badge tone="warn">{t("desk.not_registered")}</Badge>
  ) : (
    <FlagBadge t={t} flag={flag} />
  );

const GuestRow: FC<{ words: Words; base: string; query: string; guest: Guest }> = (props) => {
  const { words, base, query, guest } = props;
  const { t } = words;
  const isHere = guest.checkedInAt !== null;
  return (
    <li class="guest" data-id={guest.id}>
      <div class="who">
        <Name name={guest.name} />
        <span class="small muted">
          <span class="code">{guest.id}</span> <bdi class="role">{guest.role ?? ""}</bdi>
        </span>
        <span class="marks">
          <GuestBadge t={t} guest={guest} />
          {guest.checkedInAt !== null && (
            <Badge tone="ok">{t("desk.here", { time: words.time(guest.checkedInAt) })}</Badge>
          )}
        </span>
      </div>
      <form method="post" action={`${base}/check-ins`} class="inline">
        <input type="hidden" name="participant_id" value={guest.id} />
        <input type="hidden" name="q" value={query} />
        <button type="submit" name="do" value={isHere ? "undo" : "check_in"} class={isHere ? "plain" : "big"}>
          {t(isHere ? "desk.script.undo" : "desk.script.in")}
        </button>
      </form>
    </li>
  );
};
