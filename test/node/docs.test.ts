import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { checkDocs, readPages } from "../../scripts/docs/check.ts";
import { anchorOf, parsePage } from "../../scripts/docs/page.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const pages = readPages(root);

/** What the checker says of one page more. */
const problemsOf = (text: string, path = "docs/planted.md"): string[] => {
  const planted = parsePage(path, text);
  return checkDocs(root, [...pages, planted])
    .filter((problem) => problem.path === path)
    .map(({ what }) => what);
};

test.each([
  ["a link to a file that is not there", "[x](nowhere.md)", /nowhere\.md: no such file/],
  ["a link to a heading that is not there", "[x](configuration.md#nothing)", /no such heading/],
  ["a file named in prose that is not there", "See `src/nothing.ts`.", /src\/nothing\.ts: no such file/],
  ["an npm script that does not exist", "Run `npm run nothing`.", /no npm script nothing/],
  [
    "a wrangler command that does not exist",
    "```sh account\nnpx wrangler d1 nothing\n```",
    /no such subcommand/,
  ],
  [
    "a wrangler option that does not exist",
    "```sh account\nnpx wrangler rollback --nothing\n```",
    /wrangler rollback has no option --nothing/,
  ],
  [
    "a block that needs an account and does not show it",
    "```sh account\nnpx wrangler whoami\n```",
    /does not begin “# needs your Cloudflare account”/,
  ],
  ["a block that does not say how it is tested", "```sh\nls\n```", /does not say how it is tested/],
])("%s is found", (_name, text, expected) => {
  expect(problemsOf(text).join("\n")).toMatch(expected);
});

test("what is right is left alone", () => {
  const text = `# A page
[here](#a-page) [there](configuration.md#settings) <http://localhost:8787> \`src/config.ts\` \`npm run check\`

  \`\`\`sh account
  # needs your Cloudflare account
  npx wrangler secret list --env production --format json
  npm start -- --public https://example.com
  \`\`\`
`;
  expect(problemsOf(text)).toEqual([]);
});

test("a picture that leaves a queue out, or draws one that is not there, is found", () => {
  const architecture = pages.find(({ path }) => path === "docs/architecture.md")?.text ?? "";
  const wrong = architecture.replaceAll("revento-sync", "revento-pigeons");
  const found = checkDocs(root, [parsePage("docs/architecture.md", wrong)]).map(({ what }) => what);
  expect(found).toContain("the queue revento-sync is not on the page");
  expect(found).toContain("there is no queue revento-pigeons");
});

test("a setting that is not told, or does not exist, is found", () => {
  const settings = pages.find(({ path }) => path === "docs/configuration.md")?.text ?? "";
  const wrong = settings.replaceAll("`SESSION_KEY`", "`SESION_KEY`");
  const found = checkDocs(root, [parsePage("docs/configuration.md", wrong)]).map(({ what }) => what);
  expect(found).toContain("the setting `SESSION_KEY` is not on the page");
  expect(found).toContain("src/config.ts reads no SESION_KEY");
});

test("anchors are made as GitHub makes them", () => {
  expect(anchorOf("Environments in `wrangler.toml`")).toBe("environments-in-wranglertoml");
});
