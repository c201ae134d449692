/** Every word the page shows, in both languages. */

import type { PageErrorCode, Status } from "./messages";

export type Locale = "en" | "zh";

export interface Advice {
  message: string;
  hint: string;
}

export interface Strings {
  aiAvatar: string;
  avatar: string;
  you: string;
  status: Record<Status, string>;
  /** `{seconds}`, `{attempt}` and `{attempts}` are numbers. */
  reconnection: Record<"next" | "soon" | "trying" | "tryNow", string>;
  /** What takes time before a conversation; `{what}` is in the kernel's own words. */
  preparation: Record<"Starting" | "Downloading" | "Loading", string>;
  preparing: string;
  pictureFrozen: string;
  listeningMuted: string;
  textOnly: string;
  voiceOnly: string;
  start: string;
  startAgain: string;
  startHint: string;
  stop: string;
  takeOver: string;
  continueHere: string;
  ownedElsewhere: string;
  ownedByNobody: string;
  mute: string;
  unmute: string;
  interrupt: string;
  captions: string;
  volume: string;
  playSound: string;
  microphoneLevel: string;
  retryMicrophone: string;
  messageLabel: string;
  messagePlaceholder: string;
  messageIdle: string;
  messageReconnecting: string;
  send: string;
  transcript: string;
  transcriptEmpty: string;
  transcriptShortened: string;
  toLatest: string;
  interrupted: string;
  unheard: string;
  tool: string;
  toolState: Record<"running" | "done" | "failed", string>;
  toolResult: string;
  dismiss: string;
  /** `{name}` is the character. */
  conversationWith: string;
  link: Record<"asking" | "waiting" | "absent" | "connecting" | "lost", string>;
  pageError: Record<PageErrorCode, Advice>;
}

const en: Strings = {
  aiAvatar: "AI avatar",
  avatar: "Avatar",
  you: "You",
  status: {
    idle: "Ready",
    connecting: "Connecting…",
    listening: "Listening",
    thinking: "Thinking…",
    speaking: "Speaking",
    reconnecting: "Reconnecting…",
    failed: "The conversation broke off",
    closed: "Conversation ended",
  },
  reconnection: {
    next: "Next try in {seconds} s ({attempt} of {attempts}).",
    soon: "Trying again soon ({attempt} of {attempts}).",
    trying: "Trying again… ({attempt} of {attempts})",
    tryNow: "Try now",
  },
  preparation: {
    Starting: "Starting {what}",
    Downloading: "Downloading {what}",
    Loading: "Loading {what}",
  },
  preparing: "Getting ready",
  pictureFrozen: "The picture stands still; reconnecting it…",
  listeningMuted: "Your microphone is muted",
  textOnly: "Type to talk",
  voiceOnly: "Voice only",
  start: "Start",
  startAgain: "Start again",
  startHint: "Your browser will ask for the microphone.",
  stop: "Stop",
  takeOver: "Take over here",
  continueHere: "Continue here",
  ownedElsewhere: "The conversation runs in another window.",
  ownedByNobody: "The conversation is running.",
  mute: "Mute microphone",
  unmute: "Unmute microphone",
  interrupt: "Interrupt the avatar",
  captions: "Captions",
  volume: "Volume",
  playSound: "Play sound",
  microphoneLevel: "Microphone level",
  retryMicrophone: "Try the microphone again",
  messageLabel: "Message",
  messagePlaceholder: "Type a message",
  messageIdle: "Press Start, then speak or type",
  messageReconnecting: "Sending waits for the connection.",
  send: "Send",
  transcript: "Transcript",
  transcriptEmpty: "What you both say appears here.",
  transcriptShortened: "Earlier turns are kept in avatar.transcript.",
  toLatest: "Latest",
  interrupted: "interrupted",
  unheard: "not heard",
  tool: "Tool",
  toolState: { running: "running", done: "done", failed: "failed" },
  toolResult: "Result",
  dismiss: "Dismiss",
  conversationWith: "Conversation with {name}",
  link: {
    asking: "Reaching the kernel…",
    waiting: "Waiting for the kernel: a cell is running.",
    absent: "The kernel is not running. Run the cell again to talk.",
    connecting: "Reaching the kernel…",
    lost: "The link to the kernel is lost. Trying again…",
  },
  pageError: {
    microphone_denied: {
      message: "The microphone is not allowed on this page.",
      hint: "Allow it in the address bar, then try again. You can type meanwhile; the avatar answers with voice.",
    },
    microphone_missing: {
      message: "No microphone was found.",
      hint: "Plug one in, then try again. You can type meanwhile; the avatar answers with voice.",
    },
    microphone_lost: {
      message: "The microphone stopped.",
      hint: "It may be unplugged or in use by another program. Try again, or go on by typing.",
    },
    insecure_context: {
      message: "Browsers give the microphone only to secure pages.",
      hint: "Open the notebook over https or as localhost. You can type meanwhile; the avatar answers with voice.",
    },
    webrtc_failed: {
      message: "The video does not get through.",
      hint: "The voice comes through the notebook instead. A VPN or firewall that blocks UDP is the usual cause.",
    },
    autoplay_blocked: {
      message: "The browser holds back the sound.",
      hint: "Press “Play sound”.",
    },
    worklet_failed: {
      message: "The browser does not let this page work with sound.",
      hint: "A content security policy without blob: is the usual cause. You can go on by typing.",
    },
  },
};

const zh: Strings = {
  aiAvatar: "AI 数字人",
  avatar: "数字人",
  you: "你",
  status: {
    idle: "就绪",
    connecting: "正在连接…",
    listening: "正在聆听",
    thinking: "正在思考…",
    speaking: "正在说话",
    reconnecting: "正在重新连接…",
    failed: "对话已中断",
    closed: "对话已结束",
  },
  reconnection: {
    next: "{seconds} 秒后重试（第 {attempt} 次，共 {attempts} 次）。",
    soon: "即将重试（第 {attempt} 次，共 {attempts} 次）。",
    trying: "正在重试…（第 {attempt} 次，共 {attempts} 次）",
    tryNow: "立即重试",
  },
  preparation: { Starting: "正在启动：{what}", Downloading: "正在下载：{what}", Loading: "正在加载：{what}" },
  preparing: "正在准备",
  pictureFrozen: "画面停住了，正在重新连接画面…",
  listeningMuted: "麦克风已静音",
  textOnly: "请输入文字",
  voiceOnly: "仅语音",
  start: "开始",
  startAgain: "重新开始",
  startHint: "浏览器会请求使用麦克风。",
  stop: "停止",
  takeOver: "在此接管",
  continueHere: "在此继续",
  ownedElsewhere: "对话正在另一个窗口中进行。",
  ownedByNobody: "对话正在进行。",
  mute: "麦克风静音",
  unmute: "取消麦克风静音",
  interrupt: "打断数字人",
  captions: "字幕",
  volume: "音量",
  playSound: "播放声音",
  microphoneLevel: "麦克风音量",
  retryMicrophone: "重试麦克风",
  messageLabel: "消息",
  messagePlaceholder: "输入消息",
  messageIdle: "按“开始”后即可说话或输入",
  messageReconnecting: "连接恢复后即可发送。",
  send: "发送",
  transcript: "对话记录",
  transcriptEmpty: "双方的对话会显示在这里。",
  transcriptShortened: "更早的内容保存在 avatar.transcript 中。",
  toLatest: "最新",
  interrupted: "被打断",
  unheard: "未听到",
  tool: "工具",
  toolState: { running: "运行中", done: "完成", failed: "失败" },
  toolResult: "结果",
  dismiss: "关闭提示",
  conversationWith: "与 {name} 对话",
  link: {
    asking: "正在联系内核…",
    waiting: "正在等待内核：有单元格正在运行。",
    absent: "内核未运行。请重新运行该单元格后再对话。",
    connecting: "正在联系内核…",
    lost: "与内核的连接已断开，正在重试…",
  },
  pageError: {
    microphone_denied: {
      message: "此页面无权使用麦克风。",
      hint: "请在地址栏中允许使用麦克风，然后重试。也可以先输入文字，数字人会用语音回答。",
    },
    microphone_missing: {
      message: "未找到麦克风。",
      hint: "请接入麦克风后重试。也可以先输入文字，数字人会用语音回答。",
    },
    microphone_lost: {
      message: "麦克风已停止工作。",
      hint: "它可能已被拔出或正被其他程序使用。请重试，或继续输入文字。",
    },
    insecure_context: {
      message: "浏览器只允许安全页面使用麦克风。",
      hint: "请通过 https 或 localhost 打开笔记本。也可以先输入文字，数字人会用语音回答。",
    },
    webrtc_failed: {
      message: "视频无法传输。",
      hint: "语音改由笔记本传输。常见原因是 VPN 或防火墙阻止了 UDP。",
    },
    autoplay_blocked: {
      message: "浏览器暂时禁止播放声音。",
      hint: "请按“播放声音”。",
    },
    worklet_failed: {
      message: "浏览器不允许此页面处理声音。",
      hint: "常见原因是内容安全策略不允许 blob:。可以继续输入文字。",
    },
  },
};

const TABLE: Record<Locale, Strings> = { en, zh };

export function stringsFor(locale: Locale): Strings {
  return TABLE[locale];
}
