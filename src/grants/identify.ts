import { callApi, parseJson, readProfile, type TokenResponse } from "../revento/index.ts";
import type { World } from "../world.ts";
import { codeOf } from "./judge.ts";
import type { CallRecord } from "./protocol.ts";
import { recordCalls } from "./records.ts";

/**
 * Whose token it is. The token answer says so, or else the person's own profile does: the one call that is made
 * before there is an object to make it, because the object is named after the person.
 * @returns null where Revento does not tell.
 */
export async function identifyUser(world: World, tokens: TokenResponse): Promise<string | null> {
  if (tokens.userId !== null) return tokens.userId;
  const requestId = crypto.randomUUID();
  const { method, path, query, shape } = readProfile();
  const { apiUrl } = world.config;
  const at = world.now();
  const request = { apiUrl, method, path, query, requestId, accessToken: tokens.accessToken };
  const answer = await callApi(world, request);
  const status = answer.kind === "answer" ? answer.status : null;
  const record: CallRecord = {
    ...{ at, requestId, method, path, status, attempt: 1 },
    error: codeOf(answer),
    durationMs: answer.durationMs,
  };
  await recordCalls(world, null, [record]);
  if (answer.kind !== "answer" || answer.status !== 200) return null;
  const profile = shape.safeParse(parseJson(answer.body));
  return profile.success ? (profile.data.user_id ?? null) : null;
}
