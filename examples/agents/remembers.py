"""An agent as a class: one object for each dialogue, told what the user says, with a memory of its own."""


class Notes:
    def reset(self, policy):
        self.policy, self.heard = policy, []

    def reply(self, message, tools):
        self.heard.append(message)
        finds = [tool for tool in tools.values() if tool.name.startswith("find_")]
        found = finds[0]() if finds else {"count": 0}  # a call is a function call
        return f"So far you have said {len(self.heard)} things; there are {found['count']} records."
