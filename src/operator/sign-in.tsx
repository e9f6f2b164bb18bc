import type { ContentfulStatusCode } from "hono/utils/http-status";
import { signIn } from "../access/index.ts";
import type { AppContext } from "../app-env.ts";
import { toHttp } from "../failure.ts";
import { endOwnSessions } from "../sessions/index.ts";
import { Banner, Card, Field, page } from "../ui/index.ts";

/** Only pages of the dashboard: a link cannot send an operator elsewhere after signing in. */
const isOwnPage = (path: string): boolean => /^\/ops(\/[\w%.~/-]*)?$/.test(path) && !path.includes("//");

interface SignInPage {
  readonly status: ContentfulStatusCode;
  readonly problem?: string;
}

export function signInPage(c: AppContext, { status, problem }: SignInPage): Response | Promise<Response> {
  const path = new URL(c.req.url).pathname;
  return page(
    c,
    { title: "Sign in · Operations" },
    <div class="stack" lang="en">
      <h1>Operations</h1>
      <Card title="Sign in">
        {problem !== undefined && <Banner tone="bad">{problem}</Banner>}
        <form class="stack" method="post" action="/ops/sign-in">
          <Field
            name="token"
            label="Operator token"
            type="password"
            autocomplete="current-password"
            hint="The secret OPERATOR_TOKEN of this Worker. npm start prints where it stands."
            required
          />
          <input
            type="hidden"
            name="next"
            value={isOwnPage(path) && path !== "/ops/sign-in" ? path : "/ops"}
          />
          <button class="button" type="submit">
            Sign in
          </button>
        </form>
      </Card>
    </div>,
    status,
  );
}

export const showSignIn = (c: AppContext) => signInPage(c, { status: 200 });

export async function takeSignIn(c: AppContext): Promise<Response> {
  const form = await c.req.formData().catch(() => new FormData());
  const [token, next] = [form.get("token"), form.get("next")];
  const signedIn = await signIn(c, typeof token === "string" ? token : "");
  if (signedIn.ok) return c.redirect(typeof next === "string" && isOwnPage(next) ? next : "/ops", 303);
  const { status, message, retryAfterS } = toHttp(signedIn.failure);
  if (retryAfterS !== undefined) c.header("retry-after", String(retryAfterS));
  const problem =
    retryAfterS === undefined ? message : `Too many failed attempts. Try again in ${retryAfterS} s.`;
  return signInPage(c, { status, problem });
}

export async function takeSignOut(c: AppContext): Promise<Response> {
  await endOwnSessions(c, "operator");
  return c.redirect("/ops/sign-in", 303);
}
