"""An agent as a class: one object for each dialogue, told what the user says, with a memory of its own."""


class Notes:
    def reset(self, policy):
        self.policy, self.heard = policy, []

    def reply(self, message, tools):
        self.heard.append(message)
        easy = [tool for tool in tools.values() if not tool.parameters.get("required") and tool.name.startswith("list")]
        found = easy[0]() if easy else []  # a call is a function call
        return f"So far you have said {len(self.heard)} things, and I have looked at {len(found)} records."
