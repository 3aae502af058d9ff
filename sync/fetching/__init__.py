"""What the fetcher stands on: guards, caps, robots.txt, screens, and the one home of httpx. Its door is ``sync.fetch``."""
