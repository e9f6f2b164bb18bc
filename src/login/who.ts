import { callApi, parseJson, readProfile, type TokenResponse } from "../revento/index.ts";
import type { World } from "../world.ts";

/**
 * Who a user token belongs to. The token answer says it; where it does not, the profile does (contract section 2).
 * @returns null where neither does
 */
export async function whoIs(world: World, tokens: TokenResponse): Promise<string | null> {
  if (tokens.userId !== null) return tokens.userId;
  const { shape, ...request } = readProfile();
  const answer = await callApi(world, {
    ...request,
    apiUrl: world.config.apiUrl,
    accessToken: tokens.accessToken,
    requestId: crypto.randomUUID(),
  });
  if (answer.kind === "no_answer" || answer.status !== 200) return null;
  const profile = shape.safeParse(parseJson(answer.body));
  return profile.success ? (profile.data.user_id ?? null) : null;
}
