/** A picture of every state in every look, in build/states/shots: one folder for each look. */

import { describe, expect, test } from "vitest";
import { commands } from "vitest/browser";
import dark from "../../../.venv/share/jupyter/lab/themes/@jupyterlab/theme-dark-extension/index.css?raw";
import light from "../../../.venv/share/jupyter/lab/themes/@jupyterlab/theme-light-extension/index.css?raw";
import type { Page } from "../support/page";
import { PLAIN, type Wishes, wish } from "../support/wishes";
import { CONTENT } from "./content";
import { STATES } from "./states";

declare module "vitest/browser" {
  interface BrowserCommands {
    takePicture(path: string, moving: boolean): Promise<void>;
  }
}

interface Look extends Wishes {
  name: string;
  width: number;
  /** JupyterLab's colours; without them the widget has its own. */
  theme: string | null;
}

const LOOKS: readonly Look[] = [280, 640, 1000].flatMap((width) => [
  { ...PLAIN, name: `${width}_light`, width, theme: light },
  { ...PLAIN, name: `${width}_dark`, width, theme: dark, colorScheme: "dark" as const },
]);

/** What some people need, in one language and width. */
const NEEDS: readonly Look[] = [
  { ...PLAIN, name: "forced_light", width: 640, theme: null, forcedColors: "active" },
  { ...PLAIN, name: "forced_dark", width: 640, theme: null, forcedColors: "active", colorScheme: "dark" },
  { ...PLAIN, name: "calm", width: 640, theme: null, reducedMotion: "reduce" },
];

const style = document.head.appendChild(document.createElement("style"));

describe.each(Object.values(CONTENT))("in $locale:", async (content) => {
  const face = new Image();
  face.src = new URL(`../../../build/states/faces/${content.character}.png`, import.meta.url).href;
  await face.decode();

  test.each(Object.entries(STATES))("%s", async (name, bring) => {
    const page = await bring({ content, draw: (context) => context.drawImage(face, 0, 0, 320, 400) });
    const number = String(Object.keys(STATES).indexOf(name)).padStart(2, "0");
    const { connections } = page.kernel;
    for (const look of content.locale === "en" ? [...LOOKS, ...NEEDS] : LOOKS) {
      if (document.fullscreenElement && look.width < 1000) continue; // a screen has one width
      await wear(look, page);
      const path = `${look.name}_${content.locale}/${number} ${name}.png`;
      await commands.takePicture(path, look.reducedMotion !== null);
    }
    await wish(PLAIN);
    // On a machine with too much to do the page may lose its kernel, and then shows another state.
    expect(page.kernel.connections).toBe(connections);
  });
});

async function wear(
  { width, theme, colorScheme, forcedColors, reducedMotion }: Look,
  page: Page,
): Promise<void> {
  await wish({ colorScheme, forcedColors, reducedMotion });
  style.textContent = theme ?? "";
  if (theme === null) delete document.body.dataset.jpThemeLight;
  else document.body.dataset.jpThemeLight = String(colorScheme === "light");
  const { el } = page.first;
  (document.fullscreenElement instanceof HTMLElement ? document.fullscreenElement : el).dataset.picture = "";
  Object.assign(el.style, {
    width: `${width}px`,
    padding: "12px",
    background: "var(--jp-layout-color0, Canvas)",
  });
  // What is measured is laid out anew in the next frame, and drawn in the one after.
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
}
