import type { Child, FC, PropsWithChildren } from "hono/jsx";

export type Tone = "ok" | "warn" | "bad" | "info" | "plain";

const toneClass = (tone: Tone): string => (tone === "plain" ? "" : ` ${tone}`);

export const Badge: FC<PropsWithChildren<{ tone?: Tone }>> = ({ tone = "plain", children }) => (
  <span class={`badge${toneClass(tone)}`}>{children}</span>
);

/** Somebody's or something's name: any text of any length. It takes a few lines at most; the whole of it is its title. */
export const Name: FC<{ name: string; isInline?: boolean }> = ({ name, isInline = false }) => (
  <bdi class={isInline ? "name inline" : "name"} title={name}>
    {name}
  </bdi>
);

/** A message across the page. `bad` and `warn` are announced to screen readers. */
export const Banner: FC<PropsWithChildren<{ tone: Exclude<Tone, "plain">; title?: string }>> = (props) => (
  <div
    class={`banner ${props.tone}`}
    role={props.tone === "bad" || props.tone === "warn" ? "alert" : "status"}
  >
    {props.title !== undefined && <strong>{props.title}</strong>}
    {props.children}
  </div>
);

interface CardProps {
  readonly title?: string;
  readonly id?: string;
  /** It is for pressing: nobody prints it. */
  readonly isForScreen?: boolean;
}

export const Card: FC<PropsWithChildren<CardProps>> = ({ title, id, isForScreen = false, children }) => (
  <section class={isForScreen ? "card on-screen" : "card"} id={id}>
    {title !== undefined && <h2>{title}</h2>}
    {children}
  </section>
);

export const Stats: FC<{ items: readonly { label: string; value: Child; id?: string }[] }> = ({ items }) => (
  <dl class="stats">
    {items.map(({ label, value, id }) => (
      <div class="stat">
        <dt>{label}</dt>
        <dd id={id}>{value}</dd>
      </div>
    ))}
  </dl>
);

export const Facts: FC<{ items: readonly (readonly [label: Child, value: Child])[] }> = ({ items }) => (
  <dl class="facts">
    {items.map(([label, value]) => (
      <>
        <dt>{label}</dt>
        <dd>{value}</dd>
      </>
    ))}
  </dl>
);

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => Child;
  readonly isNumber?: boolean;
}

/**
 * A dense table that scrolls in its own box, also by keyboard; on a phone each row is a card, its cells with their heads.
 * `label` names it to a screen reader.
 */
export function Table<Row>(props: {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  empty: Child;
}) {
  if (props.rows.length === 0) return <div class="card muted">{props.empty}</div>;
  const kind = (column: Column<Row>) => (column.isNumber === true ? "number" : undefined);
  return (
    <section class="table" aria-label={props.label} tabindex={0}>
      <table>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th scope="col" class={kind(column)}>
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr>
              {props.columns.map((column) => (
                <td class={kind(column)} data-head={column.head}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export const Field: FC<{
  name: string;
  label: string;
  hint?: string;
  problem?: string;
  value?: string;
  type?: string;
  required?: boolean;
  autocomplete?: string;
  placeholder?: string;
  inputmode?: "text" | "search" | "numeric";
}> = (props) => {
  const describedBy = [props.hint && `${props.name}-hint`, props.problem && `${props.name}-problem`].filter(
    Boolean,
  );
  return (
    <div class="field">
      <label for={props.name}>{props.label}</label>
      <input
        id={props.name}
        name={props.name}
        type={props.type ?? "text"}
        value={props.value}
        required={props.required}
        autocomplete={props.autocomplete ?? "off"}
        autocapitalize="none"
        spellcheck={false}
        placeholder={props.placeholder}
        inputmode={props.inputmode}
        aria-invalid={props.problem === undefined ? undefined : "true"}
        aria-describedby={describedBy.length > 0 ? describedBy.join(" ") : undefined}
      />
      {props.hint !== undefined && (
        <span class="hint" id={`${props.name}-hint`}>
          {props.hint}
        </span>
      )}
      {props.problem !== undefined && (
        <span class="problem" id={`${props.name}-problem`}>
          {props.problem}
        </span>
      )}
    </div>
  );
};

/** A time as the reader's language writes it, with the machine's form beside it. `at` is epoch ms. */
export const Time: FC<{ at: number; children: Child }> = ({ at, children }) => (
  <time datetime={new Date(at).toISOString()}>{children}</time>
);
