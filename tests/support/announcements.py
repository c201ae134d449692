"""What a screen reader would say of its own accord: the changes in live regions, in their order."""

from __future__ import annotations

import json
import time

from playwright.sync_api import Locator

LISTEN = """
(root) => {
  const POLITENESS = { alert: "assertive", alertdialog: "assertive", status: "polite", log: "polite" };
  const ATOMIC = ["alert", "status"];
  const element = (node) => (node instanceof Element ? node : node.parentElement);
  const politeness = (each) => each.getAttribute("aria-live") ?? POLITENESS[each.getAttribute("role")];
  const regionOf = (node) => {
    for (let each = element(node); each !== null; each = each.parentElement) if (politeness(each)) return each;
    return null;
  };
  const unheard = (node) => element(node).closest("[aria-hidden=true]") !== null || !element(node).checkVisibility();
  const words = (node) => {
    if (unheard(node)) return "";
    if (node instanceof Text) return node.data;
    const label = node.matches("button, a, [role=img]") && node.getAttribute("aria-label");
    return label || [...node.childNodes].map(words).join(" ");
  };
  const said = [];
  const say = (how, text) => {
    const clean = text.replace(/\\s+/g, " ").trim();
    if (clean !== "") said.push([how, clean]);
  };
  const added = (node) => {
    const alerts = node instanceof Element ? [node, ...node.querySelectorAll("*")] : [];
    for (const each of alerts) {
      if (["alert", "alertdialog"].includes(each.getAttribute("role"))) say("assertive", words(each));
    }
  };
  const told = (records) => {
    const changes = new Map();
    for (const { type, target, addedNodes } of records) {
      for (const node of type === "childList" ? addedNodes : [target]) {
        if (!root.contains(node)) continue;
        if (type === "childList") added(node);
        const region = regionOf(type === "childList" ? target : node);
        if (region === null || politeness(region) === "off" || unheard(region)) continue;
        const atomic = region.getAttribute("aria-atomic") ?? String(ATOMIC.includes(region.getAttribute("role")));
        const parts = changes.get(region) ?? new Set();
        changes.set(region, parts.add(atomic === "true" ? region : node));
      }
    }
    for (const [region, parts] of changes) say(politeness(region), [...parts].map(words).join(" "));
  };
  const heard = new MutationObserver(told);
  heard.observe(root, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["hidden", "aria-hidden"],
  });
  root.ntAnnounced = said;
}
"""


class Announcements:
    """What is announced of a part of a page, from now on."""

    def __init__(self, part: Locator) -> None:
        self._part = part
        part.evaluate(LISTEN)

    def expect(self, *expected: tuple[str, str], limit: float = 60.0) -> None:
        """Wait until this was announced since the last time, each with its urgency, in this order and nothing else."""
        deadline = time.monotonic() + limit
        wanted = [list(each) for each in expected]
        said: list[list[str]] = []
        while len(said) < len(wanted) and time.monotonic() < deadline:
            said += self._part.evaluate("root => root.ntAnnounced.splice(0)")
            self._part.page.wait_for_timeout(20)
        said += self._part.evaluate("root => root.ntAnnounced.splice(0)")
        assert said == wanted, json.dumps(said, ensure_ascii=False, indent=1)
