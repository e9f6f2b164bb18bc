import { writeFileSync } from "node:fs";
import qrcode from "qrcode-generator";

const [WIDTH, HEIGHT] = [640, 480] as const;
const MODULE_PX = 8;
const QUIET_MODULES = 4;

/** A film for Chromium's fake camera (Y4M, 4:2:0, grey) that shows the code of a badge. */
export function writeQrVideo(path: string, text: string): void {
  const qr = qrcode(0, "M");
  qr.addData(text);
  qr.make();
  const side = (qr.getModuleCount() + 2 * QUIET_MODULES) * MODULE_PX;
  const [left, top] = [(WIDTH - side) >> 1, (HEIGHT - side) >> 1];
  const luma = Buffer.alloc(WIDTH * HEIGHT, 235);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const row = Math.floor((y - top) / MODULE_PX) - QUIET_MODULES;
      const column = Math.floor((x - left) / MODULE_PX) - QUIET_MODULES;
      const isInside = [row, column].every((at) => at >= 0 && at < qr.getModuleCount());
      if (isInside && qr.isDark(row, column)) luma[y * WIDTH + x] = 16;
    }
  }
  const frame = Buffer.concat([Buffer.from("FRAME\n"), luma, Buffer.alloc((WIDTH * HEIGHT) / 2, 128)]);
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  writeFileSync(path, Buffer.concat([head, ...Array.from({ length: 10 }, () => frame)]));
}
