"""A living school to look at: people, courses, files and weeks of study (`manage.py seed_demo`)."""

PASSWORD = "juku-demo-1"  # noqa: S105 - everybody may know it; seed_demo keeps it off real sites
ACCOUNTS = {
    "student1": "生徒（中2・渋谷校）",
    "teacher1": "講師（数学）",
    "guardian1": "保護者（お子さま2人）",
    "operator1": "運営",
}
