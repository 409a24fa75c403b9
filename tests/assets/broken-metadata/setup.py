setup(license="MIT"
