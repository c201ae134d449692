import { expect, test } from "vitest";
import { Page } from "./support/page";
import type { ScriptedKernel } from "./support/scripted_kernel";

/** A notebook on a hub without jupyter-server-proxy. */
function commOnly(kernel: ScriptedKernel): void {
  kernel.listens = false;
  kernel.comm.serve();
}

const note = (page: Page) => page.find(".nt-way-note");

test("which way is used can be seen; the best one needs no words", async () => {
  const page = await Page.connected();
  expect(page.root.dataset.way).toBe("loopback");
  expect(note(page).hidden).toBe(true);
});

test("a conversation by comm says that it may pause while a cell runs, and when it does", async () => {
  const page = await Page.talking({}, commOnly);
  expect(page.root.dataset.way).toBe("comm");
  expect(note(page).textContent).toContain("may pause while a cell runs");
  await page.see(() => expect(page.kernel.audio.length).toBeGreaterThan(10));
  page.kernel.comm.pause();
  await page.see(() => expect(note(page).textContent).toContain("A cell is running"));
  expect(page.root.dataset.microphone).toBe("on");
  page.kernel.comm.serve();
  await page.see(() => expect(note(page).textContent).toContain("may pause while a cell runs"));
});

test("a kernel that was restarted is named, the microphone is let go, what was said stays, and nothing begins by itself", async () => {
  const said = {
    id: "a",
    role: "avatar",
    text: "Hello!",
    unheard: "",
    started_at: 1,
    final: true,
    interrupted: false,
  };
  const page = await Page.talking({ transcript_tail: [said] });
  page.kernel.send({ type: "turns", reset: true, turns: [{ ...said, role: "avatar" }] });
  await page.see(() => expect(page.text(".nt-bubble")).toBe("Hello!"));
  page.kernel.answers = false;
  page.kernel.model.widget_manager = { kernel: { status: "idle" } };
  page.kernel.cutSocket();
  await page.until("link", "restarted");
  await page.until("microphone", "off");
  expect(page.text(".nt-invitation-hint")).toContain("restarted");
  expect(page.text(".nt-bubble")).toBe("Hello!");
  expect(page.button("Start").disabled).toBe(true);
  const asked = page.kernel.model.asked;
  page.kernel.answers = true;
  page.kernel.model.emit("comm_live_update"); // the cell was run again: the widget has its kernel back
  await page.until("link", "open");
  expect(page.kernel.model.asked).toBe(asked + 1);
  expect(page.root.dataset.microphone).toBe("off");
  expect(page.kernel.of("start").length).toBe(1);
});
