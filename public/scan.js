// Reads QR codes from a video: with the browser where it can, and with a decoder that is loaded for it where not.
const FORMAT = "qr_code";
/** Enough for a code that fills a third of the picture, and quick on an old phone. */
const MAX_SIDE = 800;

/** Answers with a function that takes the video and gives the text of the code that it shows, or "". */
export async function codeReader() {
  const formats = (await window.BarcodeDetector?.getSupportedFormats()) ?? [];
  if (formats.includes(FORMAT)) {
    const detector = new BarcodeDetector({ formats: [FORMAT] });
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? "";
  }
  await loadDecoder();
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  return async (video) => decode(video, context);
}

function decode(video, context) {
  const { videoWidth, videoHeight } = video;
  if (videoWidth === 0) return "";
  const scale = Math.min(1, MAX_SIDE / Math.max(videoWidth, videoHeight));
  const [width, height] = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
  Object.assign(context.canvas, { width, height });
  context.drawImage(video, 0, 0, width, height);
  return window.jsQR(context.getImageData(0, 0, width, height).data, width, height)?.data ?? "";
}

function loadDecoder() {
  if (window.jsQR !== undefined) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "/vendor/jsqr/jsQR.js";
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.head.append(script);
  });
}
