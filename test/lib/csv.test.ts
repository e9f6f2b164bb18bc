import { expect, test } from "vitest";
import { csvLine } from "../../src/lib/csv.ts";
import { fold } from "../../src/lib/fold.ts";

test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "|cmd", "%x"])(
  "%j is no formula any more",
  (text) => {
    expect(csvLine([text])).toBe(`"'${text}"\r\n`);
  },
);

test("quotes, line breaks and commas stay inside their cell", () => {
  expect(csvLine(['a "b"', "c,d\ne", 3, null])).toBe('"a ""b""","c,d\ne",3,\r\n');
});

test("names are found however they are typed", () => {
  expect(fold("Łukasz ŻÓŁĆ")).toBe("lukasz zolc");
  expect(fold("Straße Ærø")).toBe("strasse aero");
});
