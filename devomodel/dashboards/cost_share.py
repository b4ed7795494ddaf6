def cost_share(case=None, query=""):
    from devomodel.problems import DevomodelError

    raise DevomodelError("This page is being built.")
