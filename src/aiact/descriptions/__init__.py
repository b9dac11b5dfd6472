"""What comes in: descriptions of projects, gathered, merged and turned into facts, each with its file and line."""
