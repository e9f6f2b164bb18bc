import type { FC } from "hono/jsx";
import type { InstallationScope, UserScope } from "../manifest-shape.ts";
import { Badge } from "./components.tsx";
import type { Translate } from "./texts.ts";

/** Scope by scope: what is read, why, and whether one can leave it out. */
export const ScopeList: FC<{
  t: Translate;
  required: readonly (InstallationScope | UserScope)[];
  optional: readonly (InstallationScope | UserScope)[];
}> = ({ t, required, optional }) => (
  <ul class="list">
    {[...required, ...optional].map((scope) => (
      <li class="stack tight">
        <div class="row between">
          <strong>{t(`scope.${scope}`)}</strong>
          <Badge tone={required.includes(scope) ? "info" : "plain"}>
            {t(required.includes(scope) ? "connect.required" : "connect.optional")}
          </Badge>
        </div>
        <span class="muted">{t(`scope.${scope}.why`)}</span>
      </li>
    ))}
  </ul>
);
