// One message: its text, what is attached to it, and its buttons.
import { button, element } from "./wire.js";
import { rendered } from "./text.js";

const TIME = new Intl.DateTimeFormat("ru", { timeZone: "Asia/Tomsk", hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("ru", { timeZone: "Asia/Tomsk", day: "numeric", month: "long", weekday: "long" });

export const day = (seconds) => DAY.format(new Date(seconds * 1000));

export function drawn(message, phone) {
  const place = element("article", `message ${message.author === phone.person.id ? "mine" : "theirs"}`);
  place.dataset.id = message.id;
  const bubble = element("div", "bubble");
  if (phone.chat !== phone.person.id && message.author !== phone.person.id) bubble.append(element("b", "author", message.name));
  for (const part of attached(message.media || {})) bubble.append(part);
  if (message.text) {
    const text = element("div", "text");
    text.append(rendered(message.text, message.entities, (url) => phone.follow(url)));
    bubble.append(text);
  }
  const edited = message.edited && message.from === "user" ? "изменено " : "";
  bubble.append(element("span", "time", edited + TIME.format(new Date(message.date * 1000))));
  place.append(bubble);
  if (message.keyboard.length) place.append(keyboard(message, phone));
  return place;
}

function keyboard(message, phone) {
  const place = element("div", "inline");
  message.keyboard.forEach((row, y) => {
    const line = element("div", "row");
    row.forEach((one, x) => {
      const made = button(one.url ? "link" : "", one.text, () => phone.presses.press(message, y, x, made));
      made.dataset.spot = `${y}:${x}`;
      phone.presses.mark(made, message.id);
      line.append(made);
    });
    place.append(line);
  });
  return place;
}

function* attached(media) {
  if (media.photo) yield picture(media.photo[media.photo.length - 1]);
  if (media.document) yield download(media.document, `📄 ${media.document.file_name || "файл"}`);
  if (media.voice) yield download(media.voice, `🎤 Голосовое, ${media.voice.duration} с`);
  if (media.video_note) yield download(media.video_note, "⏺ Видеосообщение");
  if (media.sticker) yield element("div", "sticker", media.sticker.emoji || "🙂");
  if (media.dice) yield element("div", "sticker", `${media.dice.emoji} ${media.dice.value}`);
  if (media.location) yield pin(media.location, media.venue);
  if (media.contact) yield contact(media.contact);
  if (media.poll) yield element("div", "thing", `📊 ${media.poll.question}`);
}

function picture(photo) {
  const made = element("img", "photo");
  made.src = `/demo/file/${encodeURIComponent(photo.file_id)}`;
  made.alt = "Фотография";
  return made;
}

function download(file, label) {
  const made = element("a", "thing", label);
  made.href = `/demo/file/${encodeURIComponent(file.file_id)}`;
  made.download = file.file_name || "";
  return made;
}

function pin(location, venue) {
  const made = element("div", "pin");
  made.append(element("span", "mark", "📍"));
  const words = element("p");
  if (venue) words.append(element("b", "", venue.title), element("span", "", venue.address));
  words.append(element("span", "", `${location.latitude.toFixed(5)}, ${location.longitude.toFixed(5)}`));
  made.append(words);
  return made;
}

function contact(card) {
  const made = element("div", "pin");
  made.append(element("span", "mark", "👤"));
  const words = element("p");
  const number = element("a", "tel", card.phone_number);
  number.href = `tel:${card.phone_number.replace(/[^\d+]/g, "")}`;
  words.append(element("b", "", card.first_name), number);
  made.append(words);
  return made;
}
