import axe from "axe-core";
import { afterEach, expect, test } from "vitest";
import { CONTENT } from "../states/content";
import { STATES } from "../states/states";
import type { Page } from "../support/page";

const LOOKS = [
  { light: "true", background: "#fff", width: "" },
  { light: "false", background: "#191c1f", width: "280px" },
];

afterEach(() => {
  delete document.body.dataset.jpThemeLight;
  document.body.style.background = "";
});

test.each(Object.entries(STATES))("nothing stands in anyone's way: %s", async (_, bring) => {
  const page = await bring({ content: CONTENT.en });
  for (const { light, background, width } of LOOKS) {
    document.body.dataset.jpThemeLight = light;
    document.body.style.background = background;
    page.first.el.style.width = width;
    expect(await violations(page)).toEqual([]);
  }
});

async function violations(page: Page): Promise<string[]> {
  // Measured without the fades in between, which have no colour of their own.
  await Promise.allSettled(
    page.first.el.getAnimations({ subtree: true }).map((animation) => {
      if (animation.effect?.getComputedTiming().iterations === Number.POSITIVE_INFINITY) return undefined;
      return animation.finished;
    }),
  );
  const { violations: found } = await axe.run(page.first.el, {
    resultTypes: ["violations"],
    rules: { "target-size": { enabled: true } },
  });
  return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
