// The bar above the phones: the demo's clock, the bot's process and the link to it.
import { ask, remove, trouble } from "./wire.js";

const NOW = new Intl.DateTimeFormat("ru", {
  timeZone: "Asia/Tomsk", weekday: "long", day: "numeric", month: "long", year: "numeric",
  hour: "2-digit", minute: "2-digit", second: "2-digit",
});
const CUT = "drop-before";
let ahead = 0;

const find = (id) => document.getElementById(id);

export function setClock(clock) {
  ahead = Date.parse(clock.now) - Date.now();
  tick();
}

function tick() {
  find("now").textContent = NOW.format(new Date(Date.now() + ahead));
}

export function setBot(bot) {
  const words = bot.running ? `Бот работает` : "Бот не работает";
  find("bot-state").textContent = bot.supervised ? words : "Бот запущен отдельно";
  find("bot-state").title = bot.pid ? `процесс ${bot.pid}, запусков: ${bot.starts}` : "";
  find("bot-state").className = bot.running || !bot.supervised ? "well" : "ill";
  find("kill").hidden = find("revive").hidden = !bot.supervised;
  find("kill").disabled = !bot.running;
  find("revive").disabled = bot.running;
}

function setLink(rules) {
  const cut = rules.some((rule) => rule.kind === CUT);
  find("link").textContent = cut ? "Вернуть связь" : "Оборвать связь";
  find("link").setAttribute("aria-pressed", String(cut));
}

async function turnLink() {
  const cut = find("link").getAttribute("aria-pressed") === "true";
  const answer = cut ? await remove("faults", { kind: CUT }) : await ask("faults", { kind: CUT });
  setLink(answer.rules);
}

const safely = (work) => async () => {
  try {
    await work();
  } catch (error) {
    trouble(error);
  }
};

export function startBar() {
  for (const made of document.querySelectorAll("[data-add]")) {
    const add = Number(made.dataset.add);
    made.addEventListener("click", safely(async () => setClock(await ask("clock", { add }))));
  }
  find("kill").addEventListener("click", safely(async () => setBot(await ask("bot/kill", {}))));
  find("revive").addEventListener("click", safely(async () => setBot(await ask("bot/start", {}))));
  find("link").addEventListener("click", safely(turnLink));
  setInterval(tick, 1000);
}

export async function refreshBar() {
  const [clock, bot, faults] = await Promise.all([ask("clock"), ask("bot"), ask("faults")]);
  setClock(clock);
  setBot(bot);
  setLink(faults.rules);
}
