from accounts.models.classes import Campus, ClassGroup, ClassMeeting, ClassMembership, Weekday
from accounts.models.grades import Grade
from accounts.models.users import Guardianship, Role, User

__all__ = [
    "Campus",
    "ClassGroup",
    "ClassMeeting",
    "ClassMembership",
    "Grade",
    "Guardianship",
    "Role",
    "User",
    "Weekday",
]
