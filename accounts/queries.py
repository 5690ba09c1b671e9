"""Who belongs to whom."""

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import ClassGroup, ClassMembership, Role, User


def classes_taught_by(user: User) -> QuerySet[ClassGroup]:
    """The classes that this person may look into: a teacher's own, an operator's all."""
    if user.role == Role.OPERATOR:
        return ClassGroup.objects.all()
    return ClassGroup.objects.filter(teachers=user)


def active_students(class_group: ClassGroup) -> QuerySet[User]:
    """The students who are in the class now, by kana."""
    return User.objects.filter(
        memberships__class_group=class_group, memberships__left_on=None, is_active=True
    )


def children_of(guardian: User) -> QuerySet[User]:
    return User.objects.filter(child_links__guardian=guardian, is_active=True)


def classes_attended_by(student: User) -> QuerySet[ClassGroup]:
    """The classes that the student is in now."""
    return ClassGroup.objects.filter(memberships__student=student, memberships__left_on=None)


def owners_of(email: str) -> QuerySet[User]:
    """The people who may reset a password by this address: a family may share one."""
    return (
        User.objects.filter(email__iexact=email, is_active=True) if email else User.objects.none()
    )


def students_without_class(school_year: int) -> QuerySet[User]:
    """The students who are in no class of this school year or a later one."""
    memberships = ClassMembership.objects.filter(
        student=OuterRef("pk"), left_on=None, class_group__school_year__gte=school_year
    )
    return User.objects.filter(~Exists(memberships), role=Role.STUDENT, is_active=True)
