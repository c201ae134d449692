// Notes what the widget's microphone sends and what may freeze the page, and lets a test speak in place of the browser's
// own fake microphone.
window.nt_sent = [];
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (data) {
  const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : ArrayBuffer.isView(data) ? data : null;
  if (bytes !== null && this.url.startsWith("ws://127.0.0.1:")) window.nt_sent.push(btoa(String.fromCharCode(...bytes)));
  return send.call(this, data);
};
window.nt_tracks = []; // of every microphone that was given
window.nt_speak = (wav) => {
  navigator.mediaDevices.getUserMedia = async () => {
    const context = new AudioContext();
    const source = context.createBufferSource();
    source.buffer = await context.decodeAudioData(Uint8Array.from(atob(wav), (c) => c.charCodeAt(0)).buffer);
    source.loop = true;
    const microphone = context.createMediaStreamDestination();
    source.connect(microphone);
    source.start();
    nt_tracks.push(...microphone.stream.getTracks());
    return microphone.stream;
  };
};
window.nt_risks = []; // Firefox on Linux freezes now and then when it is asked for these
for (const [name, part] of [["outputLatency", "get"], ["getOutputTimestamp", "value"]]) {
  const property = Object.getOwnPropertyDescriptor(AudioContext.prototype, name);
  const ask = property[part];
  property[part] = function () {
    window.nt_risks.push(name);
    return ask.call(this);
  };
  Object.defineProperty(AudioContext.prototype, name, property);
}
