// Plays the recording: the turn that is heard is marked, and a turn's time leads to its place.
const sounds = [...document.querySelectorAll("audio, video")];
const turns = [...document.querySelectorAll("li[data-sound]")].map((element) => ({
  element,
  sound: sounds[Number(element.dataset.sound)],
  start: Number(element.dataset.start),
}));
const smooth = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";

function mark(sound) {
  const begun = turns.filter((turn) => turn.sound === sound && turn.start <= sound.currentTime + 0.05);
  const current = begun.length ? begun.reduce((last, turn) => (turn.start >= last.start ? turn : last)) : undefined;
  if (current?.element.hasAttribute("aria-current")) return;
  for (const turn of turns) turn.element.removeAttribute("aria-current");
  current?.element.setAttribute("aria-current", "true");
  if (!sound.paused) current?.element.scrollIntoView({ block: "nearest", behavior: smooth });
}

for (const sound of sounds) {
  sound.addEventListener("timeupdate", () => mark(sound));
  sound.addEventListener("play", () => {
    for (const other of sounds) if (other !== sound) other.pause();
  });
}

for (const { element, sound, start } of turns) {
  element.querySelector("button").addEventListener("click", () => {
    sound.currentTime = start;
    mark(sound);
    sound.play().catch(() => {}); // what cannot be played is shown by the player itself
  });
}
