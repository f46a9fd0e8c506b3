// One phone: a person's chat with the bot (or a group they are in).
import { ask, button, element, trouble } from "./wire.js";
import { Menus } from "./menus.js";
import { day, drawn } from "./message.js";
import { Presses } from "./presses.js";

export class Phone {
  constructor(person) {
    this.person = person;
    this.root = document.getElementById("phone").content.firstElementChild.cloneNode(true);
    this.root.id = `phone-${person.id}`;
    this.root.setAttribute("aria-label", person.caption || person.first_name);
    this.find("h2").textContent = person.caption || person.first_name;
    this.presses = new Presses(this);
    this.menus = new Menus(this);
    this.wire();
    this.open(person.id);
  }

  find(selector) { return this.root.querySelector(selector); }

  wire() {
    const say = this.find(".say");
    say.addEventListener("submit", (event) => { event.preventDefault(); this.say(); });
    this.find("textarea").addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.say(); }
    });
    this.find(".begin").addEventListener("click", () => this.act("start", {}));
    this.find(".block").addEventListener("click", () => this.act(this.person.blocked ? "unblock" : "block", {}));
    this.find(".chats").addEventListener("change", (event) => this.open(Number(event.target.value)));
    this.find(".deep").addEventListener("submit", (event) => {
      event.preventDefault();
      const field = this.find(".deep input");
      if (this.follow(field.value.trim())) field.value = "";
      else trouble("нужна ссылка вида t.me/имя_бота?start=слово");
    });
  }

  open(chat) {
    this.chat = chat;
    this.version = 0;
    this.lastDay = "";
    this.find(".talk").replaceChildren();
    this.setPerson(this.person);
    this.refresh();
  }

  async setPerson(person) {
    this.person = person;
    const about = await ask(`profile?language=${person.language_code || ""}`);
    this.bot = about;
    this.find(".name").textContent = about.name;
    this.find(".face").textContent = about.name.slice(0, 1);
    this.find(".block").textContent = person.blocked ? "Разблокировать бота" : "Заблокировать бота";
    const empty = !person.started && this.chat === person.id;
    this.find(".begin").hidden = !empty && !person.blocked;
    this.find(".say").hidden = empty || person.blocked;
    this.status();
    this.find(".about")?.remove();
    if (empty) this.find(".talk").prepend(this.about(about));
  }

  about(about) {
    const made = element("div", "about");
    made.append(element("b", "", "Что умеет этот бот?"), element("p", "", about.description || "Нажмите START."));
    return made;
  }

  status(words) {
    this.find(".status").textContent = words || (this.person.blocked ? "заблокирован вами" : "бот");
  }

  typing() {
    this.status("печатает…");
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => this.status(), 5000);
  }

  async refresh() {
    if (this.loading) { this.again = true; return; }
    this.loading = true;
    try {
      const chat = this.chat;
      const state = await ask(`chat/${chat}?after_version=${this.version}`);
      if (chat === this.chat) this.show(state);
    } catch (error) {
      trouble(error);
    }
    this.loading = false;
    if (this.again) { this.again = false; this.refresh(); }
  }

  show(state) {
    if (state.version < this.version) { this.open(this.chat); return; } // another emulator, started anew
    this.version = state.version;
    const talk = this.find(".talk");
    this.keepLow(() => {
      for (const message of state.messages) this.put(talk, message);
      this.words(state.reply_keyboard);
    });
    const pinned = this.find(`.message[data-id="${state.pinned[state.pinned.length - 1]}"] .text`);
    this.find(".pinned").hidden = !pinned;
    this.find(".pinned").textContent = pinned ? `📌 ${pinned.textContent}` : "";
    this.status();
  }

  keepLow(change) {
    const talk = this.find(".talk");
    const low = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 120;
    change();
    if (!low) return;
    talk.scrollTop = talk.scrollHeight;
    for (const image of talk.querySelectorAll("img")) {
      if (!image.complete) image.addEventListener("load", () => { talk.scrollTop = talk.scrollHeight; });
    }
  }

  put(talk, message) {
    const old = talk.querySelector(`.message[data-id="${message.id}"]`);
    if (message.deleted) { old?.remove(); return; }
    const made = drawn(message, this);
    if (old) {
      const spot = old.contains(document.activeElement) ? document.activeElement.dataset.spot : null;
      old.replaceWith(made);
      if (spot !== null) (made.querySelector(`[data-spot="${spot}"]`) || talk).focus();
      return;
    }
    const date = day(message.date);
    if (date !== this.lastDay) talk.append(element("p", "day", date));
    this.lastDay = date;
    talk.append(made);
  }

  words(markup) {
    const place = this.find(".words");
    place.hidden = !markup;
    place.replaceChildren(...(markup?.keyboard || []).map((row) => {
      const line = element("div", "row");
      line.append(...row.map((one) => button("", one.text, () => this.word(one))));
      return line;
    }));
  }

  word(one) {
    if (one.request_contact) this.act("send", { kind: "contact" });
    else if (one.request_location) this.act("send", { kind: "location" });
    else this.act("say", { text: one.text });
  }

  async act(what, said) {
    this.menus.fold();
    try {
      const place = this.chat === this.person.id ? {} : { chat: this.chat };
      return await ask(what, { user: this.person.id, ...place, ...said });
    } catch (error) {
      trouble(error);
      return null;
    }
  }

  async say() {
    const field = this.find("textarea");
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    this.find(".talk").scrollTop = this.find(".talk").scrollHeight;
    if (await this.act("say", { text }) === null && !field.value) field.value = text;
    field.focus();
  }

  follow(url) {
    const found = /^(?:https?:\/\/)?(?:t|telegram)\.me\/([A-Za-z0-9_]+)(?:\?start=([A-Za-z0-9_-]{0,64}))?$/.exec(url);
    if (!found || found[1].toLowerCase() !== this.bot.username.toLowerCase()) return false;
    if (this.chat !== this.person.id) this.open(this.person.id);
    this.act("start", { payload: found[2] || "" });
    return true;
  }

  groups(list) {
    const place = this.find(".chats");
    place.replaceChildren(new Option("Бот", this.person.id), ...list.map((one) => new Option(one.title, one.id)));
    if (this.chat !== this.person.id && !list.some((one) => one.id === this.chat)) this.open(this.person.id);
    place.value = String(this.chat);
    place.hidden = list.length === 0;
  }
}
