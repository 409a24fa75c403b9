"""Text to license, and the knowledge of what each license lets you do."""
