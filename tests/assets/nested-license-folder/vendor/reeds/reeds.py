HIGH = True
