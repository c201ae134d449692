/** What is said and done while the widget is brought into its states, in each of its languages. */

import type { KernelError, ToolCall, Turn } from "../../src/messages";
import type { Locale } from "../../src/strings";

export interface Content {
  locale: Locale;
  character: string;
  question: string;
  answer: string;
  /** What the person is saying. */
  hearing: string;
  /** An answer that was cut off, and its end, which nobody heard. */
  cut: { text: string; unheard: string };
  /** Longer than captions and bubbles can show at a glance. */
  long: string;
  /** What nothing but its end breaks. */
  unbroken: string;
  tool: { city: string; doing: string; result: string };
  hint: string;
  instructions: string;
}

const UNBROKEN = `https://museum.example/besuch/${"karte_und_fuehrung_".repeat(9)}`;

/** As the kernel says it. */
const HINT =
  "The Whisper model base could not be downloaded; it is tried again in 10 min. " +
  "PocketSphinx listens instead, which knows English only and is often wrong.";

export const CONTENT: Record<Locale, Content> = {
  en: {
    locale: "en",
    character: "navtalk.Leo",
    question: "When does the Louvre open tomorrow?",
    answer: "It opens at nine and closes at six. On Fridays it stays open until a quarter to ten.",
    hearing: "And is there a guided tour in",
    cut: {
      text: "The building began as a fortress, and later kings made a palace of it, wing after wing.",
      unheard: " made a palace of it, wing after wing.",
    },
    long: "The building began as a fortress at the end of the twelfth century. ".repeat(12).trim(),
    unbroken: `Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft ${UNBROKEN}`,
    tool: {
      city: "Paris",
      doing: "reading the calendar of 2026…",
      result: "The Louvre: nine to six, Fridays until 21:45.",
    },
    hint: HINT,
    instructions: "You are a museum guide. Be brief, and offer a next step.",
  },
  zh: {
    locale: "zh",
    character: "navtalk.Owen",
    question: "卢浮宫明天几点开门？",
    answer: "上午九点开门，下午六点关门。星期五延长到晚上九点四十五分。",
    hearing: "那么有没有中文的导览，最好是",
    cut: {
      text: "这座建筑最初是一座堡垒，后来历代国王一翼接一翼地把它扩建成了宫殿。",
      unheard: "一翼接一翼地把它扩建成了宫殿。",
    },
    long: "这座建筑始建于十二世纪末，最初是一座堡垒，后来成为王宫。".repeat(14),
    unbroken: `${"漢".repeat(90)} ${UNBROKEN}`,
    tool: { city: "巴黎", doing: "正在读取 2026 年的日历…", result: "卢浮宫：九点至六点，星期五至 21:45。" },
    hint: HINT,
    instructions: "你是博物馆讲解员。请简短回答，并建议下一步。",
  },
};

/** The kernel's own words. */
export const LOST: KernelError = {
  code: "service_unreachable",
  message: "The connection to the service was lost.",
  hint: "Check the network and the address, then connect again; what was said so far is kept.",
};

const BEGAN = 1_760_000_000;

export function turn(index: number, role: Turn["role"], text: string, more: Partial<Turn> = {}): Turn {
  const started_at = BEGAN + 20 * index;
  return {
    id: `turn ${index}`,
    role,
    text,
    unheard: "",
    started_at,
    final: true,
    interrupted: false,
    ...more,
  };
}

/** A question and its answer. */
export function exchange({ question, answer }: Content): Turn[] {
  return [turn(0, "user", question), turn(2, "avatar", answer)];
}

export function call({ tool }: Content, state: ToolCall["state"], more: Partial<ToolCall> = {}): ToolCall {
  return {
    call_id: state,
    name: "opening_hours",
    arguments: { museum: "Louvre", city: tool.city, days: ["2026-11-24", "2026-11-25"] },
    state,
    result: null,
    started_at: BEGAN + 50,
    progress: null,
    message: "",
    ...more,
  };
}
