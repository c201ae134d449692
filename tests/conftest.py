pytest_plugins = ["navtalk_widget.testing.fixtures", "pytester"]
