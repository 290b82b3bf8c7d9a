// The page works without this file, by its button. With it, the answer changes at each tick; nothing is kept anywhere.
const ticks = document.getElementById("ticks");
let asked = 0;

async function ask() {
  const mine = ++asked;
  const body = new URLSearchParams(new FormData(ticks));
  const answer = await fetch(ticks.action, { method: "POST", body, headers: { "X-Part": "answer" } });
  if (!answer.ok || mine !== asked) return;
  const said = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== asked) return;
  document.getElementById("said").replaceChildren(...said.getElementById("short").childNodes);
  document.getElementById("reasons").replaceChildren(...said.getElementById("whole").childNodes);
}

ticks?.addEventListener("change", () => { ask().catch(() => {}); });
