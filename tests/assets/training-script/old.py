print "python 2"
load_dataset("a/b")
