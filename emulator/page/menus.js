// What folds out above the text box: things to attach, and the bot's commands.
import { ask, button, element, trouble } from "./wire.js";

const THINGS = [
  ["photo", "🖼 Фото"], ["voice", "🎤 Голосовое"], ["sticker", "👍 Стикер"],
  ["location", "📍 Место"], ["contact", "👤 Свой номер"],
];

export class Menus {
  constructor(phone) {
    this.phone = phone;
    phone.find(".attach").addEventListener("click", () => this.toggle("attach", ".things", this.things()));
    phone.find(".menu").addEventListener("click", async () => {
      try {
        this.toggle("menu", ".commands", await this.commands());
      } catch (error) {
        trouble(error);
      }
    });
    phone.root.addEventListener("keydown", (event) => { if (event.key === "Escape") this.fold(); });
  }

  things() {
    return THINGS.map(([kind, label]) => button("", label, () => this.phone.act("send", { kind })));
  }

  async commands() {
    const { chat, person } = this.phone;
    const list = await ask(`commands?chat=${chat}&language=${person.language_code || ""}`);
    if (!list.length) return [element("p", "", "Бот не назвал своих команд.")];
    return list.map((one) => {
      const made = button("", "", () => this.phone.act("say", { text: `/${one.command}` }));
      made.append(element("b", "", `/${one.command}`), ` ${one.description}`);
      return made;
    });
  }

  toggle(opener, list, items) {
    const place = this.phone.find(list);
    const opening = place.hidden;
    this.fold();
    if (!opening) return;
    place.replaceChildren(...items);
    this.phone.keepLow(() => { place.hidden = false; });
    this.phone.find(`.${opener}`).setAttribute("aria-expanded", "true");
    place.querySelector("button")?.focus();
  }

  fold() {
    const { root } = this.phone;
    for (const place of root.querySelectorAll(".list")) place.hidden = true;
    for (const opener of root.querySelectorAll("[aria-expanded]")) opener.setAttribute("aria-expanded", "false");
  }
}
