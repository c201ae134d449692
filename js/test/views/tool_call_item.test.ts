import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { ToolCall } from "../../src/messages";
import { Page } from "../support/page";

const call: ToolCall = {
  call_id: "c1",
  name: "delete_file",
  arguments: { path: "notes.md", times: 2 },
  state: "running",
  result: null,
  started_at: 1_760_000_001,
  progress: null,
  message: "",
};

/** A running conversation in which the tool was called. */
async function shown(more: Partial<ToolCall> = {}): Promise<Page> {
  const page = await Page.talking();
  await tell(page, more);
  return page;
}

async function tell(page: Page, more: Partial<ToolCall> = {}): Promise<void> {
  const told = { ...call, ...more };
  page.kernel.send({ type: "tool_call", ...told });
  await page.see(() => expect(page.find(`[data-tool="${told.call_id}"]`).dataset.state).toBe(told.state));
}

const details = (page: Page) => page.find<HTMLDetailsElement>(".nt-tool details");
const awaiting = { state: "awaiting_approval" } as const;

describe("a call", () => {
  test("is one line, behind which its arguments and its result are", async () => {
    const page = await shown();
    expect(page.text(".nt-tool-call")).toBe('delete_file(path="notes.md", times=2)');
    expect(details(page).open).toBe(false);
    await tell(page, { state: "done", result: "It is gone." });
    expect(details(page).open).toBe(false);
    page.find("summary", details(page)).focus();
    await userEvent.keyboard("{Enter}");
    expect(details(page).open).toBe(true);
    expect(page.find("dl").textContent).toBe("pathnotes.mdtimes2");
    expect(page.text(".nt-tool-result")).toBe("It is gone.");
  });

  test("that failed says why without being asked", async () => {
    const page = await shown();
    await tell(page, { state: "failed", result: "delete_file failed: PermissionError" });
    expect(details(page).open).toBe(true);
    expect(page.text(".nt-tool-state")).toBe("failed");
  });

  test("stays as the reader has unfolded it", async () => {
    const page = await shown();
    page.find("summary", details(page)).click();
    await tell(page, { progress: 0.5 });
    await page.see(() => expect(page.has("[role=progressbar]")).toBe(true));
    await tell(page, { state: "done", result: "x" });
    expect(details(page).open).toBe(true);
  });

  test("is text, whatever is in it", async () => {
    const page = await shown({
      name: "<img src=x>",
      arguments: { "<b>": "<script>1</script>" },
      state: "failed",
      result: "<i>no</i>",
    });
    expect(page.find(".nt-tool").querySelector("img, script, i, dl b")).toBeNull();
    expect(page.text(".nt-tool-result")).toBe("<i>no</i>");
  });

  test("shows signs that nobody sees, and those that turn others around", async () => {
    const page = await shown({ ...awaiting, arguments: { path: "a\u202egnp.exe\u0007\nb" } });
    expect(page.text("dd")).toBe("a\\u202egnp.exe\\u0007\nb");
    expect(page.text(".nt-tool-call")).toBe('delete_file(path="a\\u202egnp.exe\\u0007\\nb")');
  });
});

describe("progress", () => {
  test("is a bar with words, until the call has ended", async () => {
    const page = await shown({ progress: 0.4, message: "reading…" });
    const bar = page.find("[role=progressbar]");
    expect(bar.getAttribute("aria-valuenow")).toBe("40");
    expect(page.text(".nt-tool-progress p")).toBe("reading…40 %");
    await tell(page, { state: "done", result: "x" });
    expect(page.has("[role=progressbar]")).toBe(false);
  });

  test("without a share moves to and fro, and without either is not there", async () => {
    const page = await shown({ message: "reading…" });
    const bar = page.find("[role=progressbar]");
    expect(bar.dataset.known).toBe("false");
    expect(bar.hasAttribute("aria-valuenow")).toBe(false);
    await tell(page, { call_id: "c2" });
    expect(page.find('[data-tool="c2"]').querySelector("[role=progressbar]")).toBeNull();
  });
});

describe("approval", () => {
  test("shows what is to be done, and announces it at once", async () => {
    const page = await shown(awaiting);
    expect(details(page).open).toBe(true);
    expect(page.text(".nt-tool-state")).toBe("waiting");
    expect(page.text(".nt-status-words [aria-live=assertive]")).toBe("Leo asks to use delete_file");
    expect(page.find(".nt-approval").getAttribute("aria-label")).toBe("Leo asks to use delete_file");
  });

  test.each([
    ["Allow", "allow"],
    ["Deny", "deny"],
    ["Always", "always"],
  ])("%s is told to the kernel, once", async (name, decision) => {
    const page = await shown(awaiting);
    const button = page.button(name);
    button.click();
    button.click();
    await page.see(() => expect(button.getAttribute("aria-disabled")).toBe("true"));
    page.button("Stop").click();
    await page.kernel.got("stop");
    expect(page.kernel.of("approve")).toEqual([{ type: "approve", call_id: "c1", decision }]);
  });

  test("is given by keyboard alone, whose place is not lost", async () => {
    const page = await shown(awaiting);
    page.find("summary", details(page)).focus();
    await userEvent.keyboard("{Tab}{Tab}");
    expect(document.activeElement).toBe(page.button("Allow"));
    await userEvent.keyboard(" ");
    expect((await page.kernel.got("approve")).decision).toBe("allow");
    await tell(page);
    expect(page.has(".nt-approval")).toBe(false);
    expect(document.activeElement).toBe(page.find("summary", details(page)));
    expect(details(page).open).toBe(false);
  });

  test("can be given again after the link was lost with it", async () => {
    const page = await shown(awaiting);
    page.button("Allow").click();
    await page.kernel.got("approve");
    page.kernel.cutSocket();
    page.kernel.welcome = [...page.kernel.welcome, { type: "tool_call", ...call, ...awaiting }];
    await page.see(() => expect(page.kernel.connections).toBe(2));
    await page.see(() => expect(page.button("Deny").getAttribute("aria-disabled")).toBe("false"));
    page.button("Deny").click();
    await page.kernel.got("approve", ({ decision }) => decision === "deny");
  });

  test("of others leaves the rest to be decided", async () => {
    const page = await shown(awaiting);
    await tell(page, { ...awaiting, call_id: "c2", name: "send_mail" });
    await tell(page, { state: "denied", result: "It was not called." });
    expect(page.text('[data-tool="c1"] .nt-tool-state')).toBe("not allowed");
    expect(page.find(".nt-status-words [role=status]").textContent).toBe("Leo asks to use send_mail");
    await tell(page, { call_id: "c2", state: "denied" });
    await page.see(() =>
      expect(page.find(".nt-status-words [role=status]").textContent).not.toContain("asks"),
    );
  });

  test("stays in sight wherever the reader has scrolled to", async () => {
    const page = await Page.talking();
    const turns = Array.from({ length: 40 }, (_, index) => ({
      id: `t${index}`,
      role: "user" as const,
      text: `Line ${index}`,
      unheard: "",
      started_at: index,
      final: true,
      interrupted: false,
    }));
    page.kernel.send({ type: "turns", reset: false, turns });
    await tell(page, awaiting);
    const scroll = page.find(".nt-scroll");
    const inSight = () => {
      const frame = scroll.getBoundingClientRect();
      const button = page.button("Allow").getBoundingClientRect();
      expect(button.top).toBeGreaterThanOrEqual(frame.top);
      expect(button.bottom).toBeLessThanOrEqual(frame.bottom);
    };
    await page.see(inSight);
    scroll.scrollTop = 0;
    await page.see(inSight);
  });
});
