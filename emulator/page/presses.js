// Pressed buttons: they turn until the bot answers, and its answer is shown.

const PATIENCE = 15000; // then a button stops turning by itself, as in Telegram

export class Presses {
  constructor(phone) {
    this.phone = phone;
    this.waiting = new Map(); // "message:row:column" -> the query's id, null while it is being sent
    this.early = new Set(); // answers which came before the press's own reply did
  }

  async press(message, row, col, made) {
    const spot = `${message.id}:${row}:${col}`;
    if (this.waiting.has(spot)) return;
    this.waiting.set(spot, null);
    made.setAttribute("aria-busy", "true");
    const done = await this.phone.act("press", { message_id: message.id, row, col });
    if (done?.url && !this.phone.follow(done.url)) window.open(done.url, "_blank", "noopener");
    if (!done?.query_id || this.early.delete(done.query_id)) {
      this.settle(spot);
      return;
    }
    this.waiting.set(spot, done.query_id);
    setTimeout(() => { if (this.waiting.get(spot) === done.query_id) this.settle(spot); }, PATIENCE);
  }

  mark(made, id) {
    if (this.waiting.has(`${id}:${made.dataset.spot}`)) made.setAttribute("aria-busy", "true");
  }

  settle(spot) {
    const [id, ...place] = spot.split(":");
    this.waiting.delete(spot);
    const made = this.phone.find(`.message[data-id="${id}"] [data-spot="${place.join(":")}"]`);
    made?.removeAttribute("aria-busy");
  }

  answered(event) {
    const found = [...this.waiting].find(([, query]) => query === event.query);
    if (found) this.settle(found[0]);
    else this.early.add(event.query);
    if (event.text && event.alert) this.alert(event.text);
    else if (event.text) this.toast(event.text);
  }

  alert(text) {
    const box = this.phone.find(".alert");
    box.querySelector("p").textContent = text;
    if (!box.open) box.show();
    box.querySelector("button").focus();
  }

  toast(text) {
    const place = this.phone.find(".toast");
    place.textContent = text;
    place.hidden = false;
    clearTimeout(this.hiding);
    this.hiding = setTimeout(() => { place.hidden = true; }, 4000);
  }
}
