"""Programs that the bundler starts; nothing here is imported."""
