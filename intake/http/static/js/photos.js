// Photos before they are sent: shown, made smaller (which also drops what the camera wrote into them), taken out again.
import { $, icon, make } from "./dom.js";
import { t } from "./words.js";

const LONGEST_PIXELS = 1920;
const MOST = 6;

async function smaller(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_PIXELS / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
}

export function photoList(input, list, tell) {
  const kept = [];

  function show() {
    list.replaceChildren(
      ...kept.map((one, index) => {
        const away = make("button", { type: "button", "aria-label": t(`移除第 ${index + 1} 张`, `Remove photo ${index + 1}`) }, icon("close"));
        away.addEventListener("click", () => {
          URL.revokeObjectURL(one.url);
          kept.splice(kept.indexOf(one), 1);
          show();
        });
        const size = `${Math.max(1, Math.round(one.blob.size / 1024))} KB`;
        return make("li", {}, make("img", { src: one.url, alt: t(`照片 ${index + 1}`, `Photo ${index + 1}`) }), make("span", { className: "size", text: size }), away);
      }),
    );
  }

  async function take(files) {
    tell("");
    for (const file of files) {
      if (kept.length >= MOST) {
        tell(t(`最多 ${MOST} 张照片。`, `At most ${MOST} photos.`));
        break;
      }
      try {
        const blob = await smaller(file);
        kept.push({ blob, url: URL.createObjectURL(blob) });
        show();
      } catch {
        tell(t(`“${file.name}”不是能打开的照片，请选 JPEG、PNG 或 WebP。`, `“${file.name}” is no picture we can open: choose JPEG, PNG or WebP.`));
      }
    }
  }

  input.addEventListener("change", async () => {
    await take([...input.files]);
    input.value = "";
  });
  const drop = $(".photo-drop");
  for (const kind of ["dragover", "dragleave", "drop"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", kind === "dragover");
      if (kind === "drop") take([...event.dataTransfer.files]);
    });
  }
  return { blobs: () => kept.map((one) => one.blob), clear: () => (kept.splice(0), show()) };
}
