import { describe, expect, onTestFinished, test } from "vitest";
import type { ToKernel } from "../src/messages";
import { Settings } from "../src/settings";
import { TestModel } from "./support/test_model";

function settings(model = new TestModel()) {
  const life = new AbortController();
  onTestFinished(() => life.abort());
  const sent: ToKernel[] = [];
  const made = new Settings(model.model, (message) => sent.push(message), life.signal);
  const told = (values: Record<string, unknown>, written: number | null = null) =>
    made.onTraits({ type: "traits", values, written });
  return { made, model, sent, told, life };
}

describe("a trait", () => {
  test("is what the model has until the gateway tells", () => {
    const { made, model, told } = settings();
    expect(made.value("volume").value).toBe(1);
    model.set("volume", 0.8);
    expect(made.value("volume").value).toBe(0.8);
    told({ volume: 0.5 });
    expect(made.value("volume").value).toBe(0.5);
  });

  test("does not follow the model while the gateway tells, and does again when it is lost", () => {
    const { made, model, told } = settings();
    const volume = made.value("volume");
    told({ volume: 0.5 });
    model.set("volume", 0.2);
    expect(volume.value).toBe(0.5);
    made.onLost();
    model.set("volume", 0.3);
    expect(volume.value).toBe(0.3);
  });

  test("that the gateway never tells keeps following the model", () => {
    const { made, model, told } = settings();
    const tail = made.value("transcript_tail");
    told({ volume: 0.5 });
    model.set("transcript_tail", ["x"]);
    expect(tail.value).toEqual(["x"]);
  });

  test("leaves no listener behind", () => {
    const { made, model, life } = settings();
    made.value("volume");
    made.value("muted");
    life.abort();
    expect(model.listenerCount).toBe(0);
  });
});

describe("what the person sets", () => {
  test("holds at once and goes to the kernel", () => {
    const { made, sent } = settings();
    made.write("voice", "sage");
    expect(made.value("voice").value).toBe("sage");
    expect(sent).toEqual([{ type: "set_trait", name: "voice", value: "sage", number: 1 }]);
  });

  test("does not jump back while older values come in", () => {
    const { made, told } = settings();
    const volume = made.value("volume");
    made.write("volume", 0.4);
    made.write("volume", 0.5);
    told({ volume: 0.4 });
    told({ volume: 0.4 }, 1);
    expect(volume.value).toBe(0.5);
    told({ volume: 0.5 }, 2);
    told({ volume: 0.9 });
    expect(volume.value).toBe(0.9);
  });

  test("gives way to what the kernel answers", () => {
    const { made, told } = settings();
    made.write("volume", 7);
    told({ volume: 1 }, 1);
    expect(made.value("volume").value).toBe(1);
  });

  test("while the kernel is out of reach is told when it is back", () => {
    const { made, sent, told } = settings();
    made.write("captions", false);
    sent.length = 0;
    made.onWelcome();
    told({ captions: true, volume: 0.5 });
    expect(made.value("captions").value).toBe(false);
    expect(sent).toEqual([{ type: "set_trait", name: "captions", value: false, number: 1 }]);
    told({ captions: false }, 1);
    made.onWelcome();
    expect(sent.length).toBe(1);
  });
});
