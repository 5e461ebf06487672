// Talking to the page's own server: gestures go out, the state comes in as server-sent events.

export async function gesture(name, details) {
  try {
    const response = await fetch(`/api/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(details),
    });
    return await response.json();
  } catch {
    return { error: "The demo doesn't answer. Is it still running in the terminal?", errors: {} };
  }
}

export function follow(onState, onConnection) {
  const stream = new EventSource("/api/events");
  stream.onopen = () => onConnection(true);
  stream.onmessage = (event) => onState(JSON.parse(event.data));
  stream.onerror = () => {
    onConnection(false);
    // The browser tries again by itself, unless it was answered with an error.
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => follow(onState, onConnection), 2000);
  };
}
