/** `npm run bench`: every benchmark, one after the other, each printed as a table. */
import { benchMirror } from "./mirror.ts";

await benchMirror();
