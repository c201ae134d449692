/**
 * What the kernel says, in Chinese. `tests/widget/test_words.py` looks after it: each sentence is one that the kernel
 * still says, and each error is here.
 */

import type { KernelWords } from "./strings";

/** `{names}` are what the kernel puts in. Longer ones come first where one begins with another. */
const SENTENCES: Readonly<Record<string, string>> = {
  // Where the person's words go.
  "NavTalk service at {address}": "NavTalk 服务：{address}",
  "Local service: no account, nothing leaves this machine": "本地服务：无需账号，数据不会离开本机",
  "Local service: no account, nothing leaves the hub": "本地服务：无需账号，数据不会离开 Hub",
  "Local service: no account": "本地服务：无需账号",

  // What takes time.
  "Starting the local service": "正在启动本地服务",
  "Loading the character": "正在加载角色",
  "Loading the Whisper model {model}": "正在加载 Whisper 模型 {model}",
  "Loading the voices of Kokoro": "正在加载 Kokoro 语音",
  "Loading {model} into Ollama": "正在将 {model} 载入 Ollama",
  "Downloading the Whisper model {model}": "正在下载 Whisper 模型 {model}",
  "Downloading the voice {name}": "正在下载语音 {name}",

  // Why an engine is another one.
  "PocketSphinx listens instead, which knows English only and is often wrong.":
    "已改用 PocketSphinx 识别语音，它只懂英语，且常有错误。",
  "eSpeak NG speaks.": "已改用 eSpeak NG 合成语音。",
  "The endpoint in {variables} is not used: {why}.": "未使用 {variables} 指定的服务：{why}。",
  "The Whisper model {model} could not be downloaded; it is tried again in {minutes} min.":
    "无法下载 Whisper 模型 {model}，{minutes} 分钟后重试。",
  "recognizer='faster-whisper' tries it at once.": "设置 recognizer='faster-whisper' 可立即重试。",

  // The way to a service.
  "{address} refused the licence (HTTP {status}).": "{address} 拒绝了许可密钥（HTTP {status}）。",
  "{address} answered HTTP {status} instead of opening a conversation.":
    "{address} 没有开始对话，返回了 HTTP {status}。",
  "Correct the address in service=.": "请更正 service= 中的地址。",
  "{address} is not a valid address.": "{address} 不是有效的地址。",
  "Correct service=.": "请更正 service=。",
  "{address} does not answer as a NavTalk service: {why}.": "{address} 的响应不像 NavTalk 服务：{why}。",
  "{address} did not answer within {seconds} s.": "{address} 在 {seconds} 秒内没有响应。",
  "{address} cannot be reached ({why}).": "无法连接 {address}（{why}）。",
  "Connect call failed {address}": "连接失败 {address}",
  "Connection refused": "连接被拒绝",
  "Name or service not known": "找不到该主机名",
  "Temporary failure in name resolution": "暂时无法解析主机名",
  "Network is unreachable": "网络不可用",
  "No route to host": "无法到达主机",
  "{address} is to be reached through a proxy, and that needs a package: {why}.":
    "连接 {address} 要经过代理，需要一个包：{why}。",
  "Install python-socks, or unset the proxy in the environment.":
    "请安装 python-socks，或取消环境变量中的代理。",
  "Without a network, use service='local'.": "没有网络时，请使用 service='local'。",
  "The connection to the service was lost as soon as it stood.": "刚连上服务，连接就断开了。",
  "The connection to the service was lost.": "与服务的连接已断开。",
  "The connection to the service is gone.": "与服务的连接已断开。",
  "The service cannot be reached.": "无法连接服务。",
  "The connection was given up: {why}.": "已放弃连接：{why}。",
  "The service ended the conversation.": "服务结束了对话。",
  "The service closed the conversation: {why}.": "服务关闭了对话：{why}。",
  "The service closes the conversation: {why}.": "服务即将关闭对话：{why}。",
  "{address} did not take the configuration within {seconds} s.": "{address} 在 {seconds} 秒内没有接受配置。",
  "The service did not take the configuration: {why}.": "服务没有接受配置：{why}。",
  "Change the setting it names.": "请修改其中提到的设置。",
  "The service did not take {settings}: {why}.": "服务没有接受 {settings}：{why}。",
  "Change it.": "请修改它。",
  "The service keeps its voice once it has spoken.": "服务说过话后不再更换语音。",
  "How sound travels holds for a whole connection.": "声音的传输方式在整个连接期间不变。",
  "This service cannot be told {settings}.": "此服务不支持设置 {settings}。",
  "They stay as the avatar is configured there; service='v1' can be told.":
    "它们仍按服务中该数字人的配置；service='v1' 支持设置。",
  "it does not say why": "未说明原因",
  "the service does not say why": "服务未说明原因",
  "Connecting failed: {why}.": "连接失败：{why}。",
  "Handling what the service said failed: {why}.": "处理服务的消息时出错：{why}。",
  "Sending to the service failed: {why}.": "向服务发送时出错：{why}。",
  "The NavTalk cloud needs a licence key.": "NavTalk 云服务需要许可密钥。",

  // Engines.
  "The Whisper model {model} does not come.": "收不到 Whisper 模型 {model} 的数据。",
  "The Whisper model {model} cannot be downloaded.": "无法下载 Whisper 模型 {model}。",
  "Check the network ({why}), or give the folder of a model on this machine.":
    "请检查网络（{why}），或指定本机上的模型文件夹。",
  "The Whisper model in {folder} cannot be loaded: {why}.": "无法加载 {folder} 中的 Whisper 模型：{why}。",
  "Whisper failed on an utterance: {why}.": "Whisper 识别失败：{why}。",
  "There is no Whisper model in {folder}.": "{folder} 中没有 Whisper 模型。",
  "There is no Whisper model {model}.": "没有 Whisper 模型 {model}。",
  "Give the folder that has the file model.bin of CTranslate2.":
    "请指定含有 CTranslate2 文件 model.bin 的文件夹。",
  "Give a folder, or one of {models}.": "请指定文件夹，或以下之一：{models}。",
  "the download was given up": "下载已放弃",
  "faster-whisper is not installed.": "未安装 faster-whisper。",
  "The voice {name} cannot be downloaded ({why}).": "无法下载语音 {name}（{why}）。",
  "Check the network, or give the .onnx file of a voice that is on this machine.":
    "请检查网络，或指定本机上语音的 .onnx 文件。",
  "The voice {file} cannot be loaded: {why}.": "无法加载语音 {file}：{why}。",
  "Choose another voice.": "请选择其他语音。",
  "Piper is not installed.": "未安装 Piper。",
  "Piper could not speak a text: {why}.": "Piper 未能合成语音：{why}。",
  "Kokoro is not installed.": "未安装 Kokoro。",
  "Kokoro could not speak a text: {why}.": "Kokoro 未能合成语音：{why}。",
  "eSpeak NG could not speak a text (status {status}).": "eSpeak NG 未能合成语音（状态 {status}）。",
  "PocketSphinx failed on an utterance.": "PocketSphinx 识别失败。",
  "The recogniser did not answer within {seconds} s.": "语音识别在 {seconds} 秒内没有结果。",
  "The recogniser's function failed: {why}.": "语音识别函数出错：{why}。",
  "Correct the function that was given as recognizer=.": "请修正作为 recognizer= 传入的函数。",
  "Correct the function that was given as synthesizer=.": "请修正作为 synthesizer= 传入的函数。",
  "The responder said nothing for {seconds} s.": "应答引擎 {seconds} 秒没有回应。",
  "The function gave nothing for {seconds} s.": "函数 {seconds} 秒没有返回内容。",
  "The function cannot be called: {why}.": "无法调用函数：{why}。",
  "The function gave something else than it should: {why}.": "函数返回了意外的内容：{why}。",
  "See the traceback in the log of the notebook's kernel.": "请在笔记本内核的日志中查看错误回溯。",
  "There is no key for OpenAI.": "缺少 OpenAI 的密钥。",
  "Pass api_key=, set OPENAI_API_KEY, or pass url= of another service.":
    "请传入 api_key=、设置 OPENAI_API_KEY，或用 url= 指定其他服务。",
  "{service} has no model for a talk.": "{service} 没有可用于对话的模型。",
  "{service} has {number} models, such as {names}.": "{service} 有 {number} 个模型，例如 {names}。",
  "Name one with model=, or in OPENAI_MODEL.": "请用 model= 或 OPENAI_MODEL 指定一个。",
  "{address} is no OpenAI-compatible service: its list of models is no JSON.":
    "{address} 不是与 OpenAI 兼容的服务：其模型列表不是 JSON。",
  "Check the address; most end in /v1.": "请检查地址，它通常以 /v1 结尾。",
  "{service} wants an API key ({status}).": "{service} 需要 API 密钥（{status}）。",
  "{service} does not accept the API key ({status}).": "{service} 不接受此 API 密钥（{status}）。",
  "Pass api_key= a valid one, or set OPENAI_API_KEY.":
    "请用 api_key= 传入有效的密钥，或设置 OPENAI_API_KEY。",
  "{service} has no model {model} (404{said}).": "{service} 没有模型 {model}（404{said}）。",
  "{service} has no model {model}.": "{service} 没有模型 {model}。",
  "Check the model's name and the address, {address}.": "请检查模型名称和地址 {address}。",
  "It has {names}.": "可用的有：{names}。",
  "{service} takes no more requests now (429{said}).": "{service} 暂时不再接受请求（429{said}）。",
  "Wait a little and ask again, or check the account's quota.": "请稍后再问，或检查账号的配额。",
  "{service} failed ({status}).": "{service} 出错（{status}）。",
  "See its log, or ask again.": "请查看其日志，或再问一次。",
  "Check the model and the session's settings.": "请检查模型和会话设置。",
  "{service} does not answer in time: {address}.": "{service} 未及时响应：{address}。",
  "{service} sends on to another address, which is not followed: {address}.":
    "{service} 重定向到另一地址，已停止跟随：{address}。",
  "{service} has a host name that is not known: {address}.": "找不到 {service} 的主机名：{address}。",
  "{service} has a certificate that is not trusted: {address}.": "{service} 的证书不受信任：{address}。",
  "{service} refuses the connection: {address}.": "{service} 拒绝连接：{address}。",
  "{service} cannot be reached ({why}): {address}.": "无法连接 {service}（{why}）：{address}。",
  "Check that it runs, and its address.": "请检查它是否在运行，以及地址是否正确。",
  "Start it with: ": "请用以下命令启动：",
  "Fetch it with: ": "请用以下命令获取：",
  "Fetch one with: ": "请用以下命令获取模型：",
  "Install it with: ": "请用以下命令安装：",
  "Install them with: ": "请用以下命令安装：",
  "reinstall the speech engines with: ": "请重新安装语音引擎：",
  "{service} broke off in the midst of an answer.": "{service} 在回答中途断开。",
  "{service} has not begun to answer within {seconds} s.": "{service} 在 {seconds} 秒内没有开始回答。",
  "Choose a faster model than {model}, or ask again.": "请选择比 {model} 更快的模型，或再问一次。",
  "The answer of the chat endpoint has no end.": "对话服务的回答没有结束。",
  "The chat endpoint sent what is no JSON object.": "对话服务返回的不是 JSON 对象。",
  "The chat endpoint broke the answer off: {why}.": "对话服务中断了回答：{why}。",
  "Check its address.": "请检查其地址。",
  "{address} is no address of an OpenAI-compatible service.": "{address} 不是与 OpenAI 兼容的服务的地址。",
  "Write it like http://localhost:11434/v1 or https://api.openai.com/v1.":
    "请写成 http://localhost:11434/v1 或 https://api.openai.com/v1 的形式。",
  "A {kind} responder is not made here.": "此处无法使用应答引擎 {kind}。",
  "A {kind} recogniser is not made here.": "此处无法使用识别引擎 {kind}。",
  "A {kind} voice is not made here.": "此处无法使用语音 {kind}。",

  // The local service.
  "The embedded service has ended.": "本地服务已结束。",
  "It is started again.": "正在重新启动。",
  "The embedded service cannot be started with {python}: {why}.": "无法用 {python} 启动本地服务：{why}。",
  "The embedded service did not start: {why}.": "本地服务未能启动：{why}。",
  "it said nothing": "它没有给出原因",
  "The local service needs the package {package}, which cannot be imported: {why}.":
    "本地服务需要 {package} 包，但无法导入：{why}。",
  "The engines of the local service do not get ready.": "本地服务的引擎未能就绪。",
  "The engines cannot be had.": "无法使用所选引擎。",
  "An engine failed to load: {why}.": "引擎加载失败：{why}。",
  "Too many conversations are open in this kernel.": "此内核中打开的对话过多。",
  "The options are not understood: {why}.": "无法理解这些选项：{why}。",
  "The options cannot be used: {why}.": "无法使用这些选项：{why}。",
  "The options are not known, or not any more.": "选项未知或已失效。",
  "The service is not ready: {why}.": "服务未就绪：{why}。",
  "Only the embedded service can be told {what}; this is another service.":
    "只有本地服务支持 {what}，当前使用的是其他服务。",
  "Leave it out, or use service='local'.": "请去掉它，或使用 service='local'。",

  // What a service complains of.
  "The service reports an error.": "服务报告了一个错误。",
  "The answer failed: {why}.": "未能作答：{why}。",
  "The answer was cut off by the service: {why}.": "回答被服务截断：{why}。",
  "Raise max_response_output_tokens.": "请调高 max_response_output_tokens。",
  "Ask again.": "请再问一次。",
  "All places of the service are taken.": "服务的名额已满。",
  "Try again in a minute.": "请一分钟后重试。",
  "The account's balance is used up.": "账号余额已用完。",
  "Top up the account, or use service='local'.": "请为账号充值，或使用 service='local'。",
  "The licence has too many conversations at a time: {why}.": "此许可同时进行的对话过多：{why}。",
  "Close another conversation, then connect again.": "请先关闭其他对话，然后重新连接。",
  "The service failed: {why}.": "服务出错：{why}。",
  "The service refused the licence: {why}.": "服务拒绝了许可密钥：{why}。",
  "The service ends a session after a while.": "服务会在一段时间后结束会话。",
  "The service chose {avatar}.": "服务选择了 {avatar}。",
  "The service's voice or hearing failed: {why}.": "服务的语音合成或识别出错：{why}。",
  "Say it again.": "请再说一次。",
  "The service did not begin the conversation: {why}.": "服务没有开始对话：{why}。",
  "The service has not answered for {seconds} s.": "服务已有 {seconds} 秒没有回应。",
  "What you said last was lost with the connection.": "你刚才说的话随连接一起丢失了。",

  "There is no sound to commit.": "没有可提交的声音。",
  "There is no such response to cancel.": "没有可取消的回答。",
  "There is too much that waits to be said.": "等待说出的内容过多。",

  // What services give as reasons.
  "Invalid license key": "许可密钥无效",
  "All places are taken; try again later": "名额已满，请稍后重试",
  "all places are taken": "名额已满",
  "too many concurrent connections": "同时进行的连接过多",
  "The service failed; see its log": "服务出错，请查看其日志",
  "the service failed": "服务出错",
  "the service ends": "服务正在退出",
  "the conversation ended": "对话已结束",
  "the client does not read its messages": "客户端没有读取消息",
  "Connection failed": "连接失败",
  "Connection closed by server": "服务器关闭了连接",
  "Session timeout": "会话超时",

  // The conversation.
  "There is no connection at the moment.": "目前没有连接。",
  "The connection is being made again.": "正在重新连接。",
  "Wait a moment, then try again.": "请稍候再试。",
  "There is no conversation.": "没有进行中的对话。",
  "The conversation was ended while it was beginning.": "对话在开始过程中被结束。",
  "The conversation has ended.": "对话已结束。",
  "There is no text to send.": "没有可发送的文字。",
  "Write something first.": "请先输入内容。",
  "There is no call {call} that awaits approval.": "没有等待许可的调用 {call}。",
  "This widget was closed.": "此组件已关闭。",
  "Make a new Avatar.": "请新建一个 Avatar。",
  "There is no widget whose settings could be changed.": "没有可更改设置的组件。",
  "The page sent a message that is not understood: {why}.": "页面发来了无法理解的消息：{why}。",
  "The picture keeps breaking off.": "画面反复中断。",
  "The conversation goes on by sound and text; look at the network, then Stop and Start.":
    "对话以声音和文字继续。请检查网络，然后停止并重新开始。",
  "The service does not read its signalling.": "服务没有读取信令。",
  "The service offered no video.": "服务没有提供画面。",
  "The voice comes over the notebook's own connection instead.": "声音改由笔记本的连接传输。",

  // Recordings.
  "The person does not want to be recorded.": "对方不同意录制。",
  "Nobody can be asked whether they may be recorded: this widget is shown nowhere.":
    "无法征求录制许可：此组件没有显示在任何地方。",
  "Show the widget; or, when everybody who will be heard has agreed, pass consent=True.":
    "请显示组件；如果所有会被录到声音的人都已同意，可传入 consent=True。",
  "The widget was closed before anybody agreed to be recorded.": "在有人同意录制之前，组件已被关闭。",
  "Nobody has said within {seconds} s whether they may be recorded.":
    "{seconds} 秒内没有人答复是否同意录制。",
  "Call start_recording() again when somebody is there.": "有人在场时，请再次调用 start_recording()。",
  "The recording {file} ended: {why}.": "录制 {file} 已中止：{why}。",
  "What was written before is kept; free space, and record anew.":
    "之前写入的内容已保留。请释放空间后重新录制。",
  "{file} cannot be written: {why}.": "无法写入 {file}：{why}。",
  "Choose another path, in a folder that is there.": "请换一个路径，其文件夹必须存在。",
  "there is no such folder, or nothing may be written in it": "文件夹不存在，或没有写入权限",

  // What each kind of error advises.
  "Connect again: Start in the widget, connect() in code.":
    "请重新连接：在组件中按“开始”，或在代码中调用 connect()。",
  "Correct the setting named above.": "请更正上述设置。",
  "It takes effect with the next connection: Stop and Start, or reconnect() in code.":
    "下次连接时生效：请停止并重新开始，或在代码中调用 reconnect()。",
  "Pass avatar_id= to choose another.": "如需选择其他数字人，请传入 avatar_id=。",
  "Check the network and the address, then connect again; what was said so far is kept.":
    "请检查网络和地址，然后重新连接；已说的内容会保留。",
  "Run `navtalk-widget serve` in a terminal to see why.": "请在终端运行 `navtalk-widget serve` 查看原因。",
  "Pass another key as license=, or set NAVTALK_LICENSE; without one the embedded service is used.":
    "请用 license= 传入其他密钥，或设置 NAVTALK_LICENSE；没有密钥时使用本地服务。",
  "Pass license=, set {variable}, or use service='local'.":
    "请传入 license=、设置 {variable}，或使用 service='local'。",
  "Top up the account, close other conversations, or try again later.":
    "请为账号充值、关闭其他对话，或稍后重试。",
  "The message was ignored; nothing else is affected.": "该消息已被忽略，不影响其他内容。",
  "Press Start in the widget, or call connect() in code.": "请在组件中按“开始”，或在代码中调用 connect()。",
  "Ask again, or raise timeout=.": "请再问一次，或调高 timeout=。",
  "Free some space, or see who may write to that folder; it is tried again with the next turn.":
    "请释放一些空间，或检查该文件夹的写入权限；下一轮对话时会重试。",
  "Look at the file's place; start_recording() with another path begins anew.":
    "请检查文件所在位置；用其他路径调用 start_recording() 可重新录制。",
  "Give the function a name, and its parameters type hints.": "请为函数命名，并为其参数添加类型提示。",
  "Check the network.": "请检查网络。",
};

/** In "Local service; your words go to example.com (some model)": what goes where. */
const LABEL = [
  ["^Local service; ", "本地服务；"],
  ["(?<=^本地服务；.*)your words", "你的话"],
  ["(?<=^本地服务；.*)your voice", "你的声音"],
  ["(?<=^本地服务；.*)its words", "它的话"],
  ["(?<=^本地服务；.*) and (?=你的|它的)", "和"],
  ["(?<=^本地服务；.*) go(?:es)? to a function of yours", "交给你的函数"],
  ["(?<=^本地服务；.*) go(?:es)? to ", "发送到 "],
  ["(?<=^本地服务；.*), (?=你的|它的)", "，"],
  ["(?<=^本地服务；.*) \\((\\S+) by ([^)]+)\\)", "（$2 的 $1）"],
  ["(?<=^本地服务；.*) \\(([^)]+)\\)", "（$1）"],
] as const;

/** Where sentences meet in Chinese there is no space, and one full stop. */
const JOINTS = [
  ["(?<=[。；，：！？]) (?=\\S)", ""],
  ["。{2,}", "。"],
] as const;

export const zhKernel: KernelWords = {
  phrases: [...Object.entries(SENTENCES).map(([english, own]) => phrase(english, own)), ...LABEL, ...JOINTS],
  errors: {
    error: "出错了：",
    configuration: "设置无效：",
    setting_deferred: "此设置要到下次连接才生效：",
    ambiguous_avatar: "有多个数字人使用此名称：",
    service: "服务报告错误：",
    service_unreachable: "无法连接服务：",
    service_address: "服务地址有误：",
    service_start: "本地服务未能启动：",
    service_limit: "服务的限额已用完：",
    service_fault: "服务出错：",
    backend: "后端服务出错：",
    backend_error: "服务出错：",
    missing_extra: "缺少所需的包：",
    license_refused: "服务拒绝了许可密钥：",
    gpu_full: "服务的名额已满：",
    insufficient_balance: "账号余额已用完：",
    connection_limit_exceeded: "同时进行的对话过多：",
    connection_refused: "服务没有开始对话：",
    session_expired: "会话已到期：",
    configuration_refused: "服务没有接受配置：",
    speech_lost: "你刚才说的话已丢失：",
    bad_message: "收到无效的消息：",
    not_connected: "没有进行中的对话：",
    response_timeout: "等待回答超时：",
    page: "页面出错：",
    no_browser: "无法打开浏览器：",
    history: "无法保存对话：",
    recording: "录制出错：",
    recording_unanswered: "没有得到录制许可：",
    recording_declined: "对方不同意录制：",
    recognition_failed: "语音识别失败：",
    synthesis_failed: "语音合成失败：",
    response_failed: "未能作答：",
    function_failed: "函数出错：",
    model_not_found: "找不到模型：",
    unauthorized: "服务不接受密钥：",
    busy: "服务繁忙：",
    endpoint_failed: "服务出错：",
    port_taken: "端口已被占用：",
    tool: "工具出错：",
    tool_definition: "此函数不能用作工具：",
    tool_arguments: "工具的参数有误：",
    tool_denied: "工具调用未获许可：",
    tool_timeout: "工具超时：",
    tool_failed: "工具失败：",
    tool_cancelled: "工具调用已取消：",
    tool_unknown: "没有这个工具：",
    tool_busy: "工具繁忙：",
    no_such_call: "没有这个调用：",
  },
};

/** A sentence is found among others, and where one in Chinese has taken it in; what is none goes to an end of its own. */
function phrase(english: string, own: string): readonly [string, string] {
  const source = english
    .replace(/\.$/, "")
    .replace(/[\\^$.*+?()[\]|/]/g, "\\$&")
    // What begins a sentence is one word; else it might take in the sentences before.
    .replace(/^\{(\w+)\}/, "(?<$1>[^\\s。：（]+)")
    .replace(/\{(\w+)\}/g, "(?<$1>\\S(?:.*?\\S)??)");
  const begin = english.startsWith("{") ? "(?<![^\\s。：（])" : "(?<!\\w)";
  const end = english.endsWith(" ")
    ? ""
    : english.endsWith(".")
      ? "(?:\\.(?=\\s|$)|(?=。))"
      : "(?=$|[.)。，；：（）])";
  return [`${begin}${source}${end}`, own.replace(/\{(\w+)\}/g, "$$<$1>")];
}
