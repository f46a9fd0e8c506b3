// A message's text with its entities, as elements. Offsets are UTF-16 units, as in JavaScript's own strings.
import { element } from "./wire.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const FOUND = /(https?:\/\/[^\s<>"]+|(?:t\.me|telegram\.me)\/[^\s<>"]+)|(\+\d[\d ()-]{8,}\d)/g;

export function rendered(text, entities, onLink) {
  const place = document.createDocumentFragment();
  fill(place, text, 0, text.length, ordered(entities), onLink);
  return place;
}

function ordered(entities) {
  return [...(entities || [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
}

function fill(place, text, from, to, entities, onLink) {
  let at = from;
  for (let i = 0; i < entities.length;) {
    const entity = entities[i];
    const end = Math.min(to, entity.offset + entity.length);
    let next = i + 1;
    while (next < entities.length && entities[next].offset < end) next += 1;
    plain(place, text.slice(at, entity.offset), onLink);
    const made = wrapped(entity, text.slice(entity.offset, end), onLink);
    fill(made, text, entity.offset, end, entities.slice(i + 1, next), made.nodeName === "A" ? null : onLink);
    place.append(made);
    at = end;
    i = next;
  }
  plain(place, text.slice(at, to), onLink);
}

function wrapped(entity, text, onLink) {
  if (entity.type === "text_link") return link(entity.url, onLink);
  if (entity.type === "spoiler") return spoiler();
  if (entity.type === "bot_command") return element("span", "command");
  if (entity.type === "text_mention") return element("span", "mention");
  return element(TAGS[entity.type] || "span");
}

function plain(place, text, onLink) {
  if (!onLink) {
    place.append(text);
    return;
  }
  let at = 0;
  for (const found of text.matchAll(FOUND)) {
    place.append(text.slice(at, found.index));
    const made = found[2] ? phone(found[2]) : link(found[1], onLink);
    made.textContent = found[0];
    place.append(made);
    at = found.index + found[0].length;
  }
  place.append(text.slice(at));
}

function phone(number) {
  const made = element("a", "tel");
  made.href = `tel:${number.replace(/[^\d+]/g, "")}`;
  return made;
}

function link(url, onLink) {
  const made = element("a");
  made.href = /^[a-z]+:/i.test(url) ? url : `https://${url}`;
  made.target = "_blank";
  made.rel = "noopener noreferrer";
  if (!/^(https?|tg|tel):/i.test(made.href)) made.removeAttribute("href");
  made.addEventListener("click", (event) => {
    if (onLink && onLink(made.href)) event.preventDefault();
  });
  return made;
}

function spoiler() {
  const made = element("button", "spoiler");
  made.type = "button";
  made.setAttribute("aria-label", "Скрытый текст, показать");
  made.addEventListener("click", () => {
    made.classList.add("open");
    made.removeAttribute("aria-label");
  });
  return made;
}
