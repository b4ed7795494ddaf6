def capital_and_revenue(case=None, query=""):
    from devomodel.problems import DevomodelError

    raise DevomodelError("This page is being built.")
