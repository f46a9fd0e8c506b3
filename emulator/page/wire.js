// Talking to the emulator: JSON there and back, and its stream of events.

export async function ask(path, said) {
  const options = said === undefined ? {} : { method: "POST", body: JSON.stringify(said) };
  return read(await fetch(`/demo/${path}`, options));
}

export async function remove(path, said) {
  return read(await fetch(`/demo/${path}`, { method: "DELETE", body: JSON.stringify(said) }));
}

async function read(response) {
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error || response.statusText);
  return answer;
}

export function listen(onEvent, onOpen) {
  const stream = new EventSource("/demo/events");
  stream.onopen = onOpen;
  stream.onmessage = (message) => onEvent(JSON.parse(message.data));
}

export function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

export function button(className, text, onClick) {
  const made = element("button", className, text);
  made.type = "button";
  made.addEventListener("click", onClick);
  return made;
}

let hiding;

export function trouble(error) {
  const place = document.getElementById("trouble");
  place.textContent = `Не получилось: ${error.message || error}`;
  place.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { place.hidden = true; }, 6000);
}
