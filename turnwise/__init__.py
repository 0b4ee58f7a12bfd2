"""Turnwise: how an agent behaves with a person across a long conversation, and such conversations as data.

from turnwise import compose_scenarios, load_behaviour, load_world, open_session, synthesize_world
"""

from turnwise.dialogue.scenario import Scenario, compose_scenarios
from turnwise.errors import (
    BehaviourError,
    CallRefused,
    CompositionError,
    GoalError,
    HarvestError,
    LogError,
    ModelFault,
    PromptError,
    SeedError,
    StartError,
    TurnwiseError,
    WorldError,
)
from turnwise.goals.model import Checkpoint, Goal, Request
from turnwise.goals.pool import GoalFile, load_goals, save_goals
from turnwise.synthesis.world_by_rules import synthesize_world
from turnwise.users import Behaviour, UserTurn, load_behaviour
from turnwise.worlds import Session, Tool, World, load_world, open_session, save_world

__all__ = [
    "Behaviour",
    "BehaviourError",
    "CallRefused",
    "Checkpoint",
    "CompositionError",
    "Goal",
    "GoalError",
    "GoalFile",
    "HarvestError",
    "LogError",
    "ModelFault",
    "PromptError",
    "Request",
    "Scenario",
    "SeedError",
    "Session",
    "StartError",
    "Tool",
    "TurnwiseError",
    "UserTurn",
    "World",
    "WorldError",
    "compose_scenarios",
    "load_behaviour",
    "load_goals",
    "load_world",
    "open_session",
    "save_goals",
    "save_world",
    "synthesize_world",
]
