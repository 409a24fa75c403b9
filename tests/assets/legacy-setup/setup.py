import os

from setuptools import find_packages, setup

open("/tmp/licaudit-was-here", "w").write("setup.py was run")
REQUIRED = [
    "tqdm",
    "requests==2.31.0",
]

setup(
    name="old-trainer",
    license="GPLv3",
    packages=find_packages(),
    install_requires=REQUIRED,
    extras_require={"audio": ["librosa"], "all": os.listdir(".")},
    tests_require=open("requirements-test.txt").read().split(),
    classifiers=[
        "Programming Language :: Python",
        "License :: OSI Approved :: GNU General Public License v3 (GPLv3)",
    ],
)
